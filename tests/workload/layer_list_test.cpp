#include "workload/layer_list.hpp"

#include "base/file.hpp"
#include "workload/model.hpp"
#include "workload/workload_equal.hpp"

namespace saccade {
namespace {

std::string list_path(const std::string& name) {
  return SACCADE_SOURCE_DIR "/tests/reference/layers/" + name + ".csv";
}

class LayerLists : public testing::TestWithParam<const char*> {};

TEST_P(LayerLists, AChainIsTheModel) {
  const Workload chain = read_workload(list_path(GetParam()));
  const Workload model =
      read_workload(SACCADE_SOURCE_DIR "/workloads/models/" + std::string(GetParam()) + ".json");
  EXPECT_EQ(chain.macs(), model.macs());
  EXPECT_EQ(chain.parameters(), model.parameters());
  for (const Op& op : chain.ops()) {
    SCOPED_TRACE(op.name);
    const Op other = find_op(model, op.name);
    EXPECT_TRUE(same(op.body, other.body));
    EXPECT_EQ(op.block, other.block);
    EXPECT_EQ(role_name(op.role), role_name(other.role));
    ASSERT_EQ(op.inputs.size(), other.inputs.size());
    for (std::size_t i = 0; i < op.inputs.size(); ++i) {
      const std::string read = chain.tensor(op.inputs[i].tensor).name;
      const std::string& wanted = model.tensor(other.inputs[i].tensor).name;
      // The model has a scaling between products and softmax that the list leaves out.
      EXPECT_EQ(read, wanted.find(".scale") != std::string::npos
                          ? wanted.substr(0, wanted.find('.')) + ".qk"
                          : wanted);
      EXPECT_EQ(op.inputs[i].row, other.inputs[i].row);
      EXPECT_EQ(op.inputs[i].column, other.inputs[i].column);
      EXPECT_EQ(op.inputs[i].head_columns, other.inputs[i].head_columns);
      EXPECT_EQ(op.inputs[i].transposed, other.inputs[i].transposed);
    }
  }
  const CsvTable table = parse_csv(read_text(list_path(GetParam())), "", layer_columns());
  ASSERT_EQ(chain.ops().size(), table.rows.size());
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    EXPECT_EQ(std::to_string(macs(chain.ops()[i].body)), table.cell(table.rows[i], "macs"));
  }
}

TEST_P(LayerLists, ExportKeepsTheColumnsOfTheReference) {
  const CsvTable reference = parse_csv(read_text(list_path(GetParam())), "", layer_columns());
  const CsvTable exported =
      parse_csv(export_csv(read_workload(list_path(GetParam()))), "", layer_columns(), {"spec"});
  std::size_t ops = 0;
  for (const CsvRow& row : exported.rows) {
    if (exported.cell(row, "op") == "tensor" || exported.cell(row, "op") == "workload") continue;
    const CsvRow& other = reference.rows.at(ops++);
    for (const std::string& column : layer_columns()) {
      if (column == "name") continue;  // repeated names are numbered
      EXPECT_EQ(exported.cell(row, column), reference.cell(other, column))
          << column << " of " << exported.cell(row, "name");
    }
  }
  EXPECT_EQ(ops, reference.rows.size());
}

INSTANTIATE_TEST_SUITE_P(Lists, LayerLists,
                         testing::Values("deit_tiny", "deit_small", "deit_base", "vit_base16",
                                         "lvvit_s"),
                         [](const auto& param) { return std::string(param.param); });

const std::string kHeader =
    "name,op,batch,M,N,K,Ci,Co,kh,kw,stride,groups,Hi,Wi,Ho,Wo,macs,params\n";
const std::string kConv = "c,conv,1,4,6,12,3,6,2,2,2,1,4,4,2,2,288,78\n";  // 72 weights, 6 biases
const std::string kTail = ",,,,,,,,,,,,,";                                 // after M, before macs

TEST(LayerChain, ReadsTheNewestTensorThatFits) {
  const Workload workload =
      read_layer_list(kHeader + kConv + "r,relu,1,24" + kTail + "0,0\n" +
                          "fc,gemm,1,4,5,6,,,,,,,,,,,120,30\nlast,gemm,1,3,2,6,,,,,,,,,,,36,12\n",
                      "chain.csv");
  EXPECT_EQ(workload.name(), "chain");
  const Op last = find_op(workload, "last");  // fc's output has 5 columns, so relu's is read
  EXPECT_EQ(workload.tensor(last.inputs[0].tensor).name, "r");
  EXPECT_EQ(last.inputs[0].row, 1);  // the last 3 of 4 rows
  EXPECT_EQ(workload.tensor(find_op(workload, "fc").outputs[0].tensor).kind,
            TensorKind::network_output);
}

TEST(LayerChain, MistakesNameLineAndColumn) {
  const struct {
    std::string rows;
    const char* message;
  } cases[] = {
      {"c,conv2,1,4" + kTail + "0,0\n", "f.csv: line 2: column 'op' is 'conv2', expected one of"},
      {"c,conv,1,4,6,12,3,6,2,2,2,1,4,4,2,,288,78\n", "line 2: column 'Wo' is '', expected an int"},
      {"c,conv,1,x,6,12,3,6,2,2,2,1,4,4,2,2,288,78\n", "line 2: column 'M' is 'x', expected"},
      {"c,conv,1,4,6,12,3,6,2,2,2,1,4,4,2,9,288,78\n", "line 2: column 'Ho' and Wo are 2 x 9"},
      {"c,conv,1,5,6,12,3,6,2,2,2,1,4,4,2,2,288,78\n", "line 2: column 'M' is 5, expected 4"},
      {"c,conv,1,4,6,12,3,6,2,2,2,1,4,4,2,2,289,78\n",
       "line 2: column 'macs' is 289, expected 288"},
      {"c,conv,1,4,6,12,3,6,2,2,2,1,4,4,2,2,288,79\n",
       "line 2: column 'params' is 79, expected 72 or 78 or 84"},
      {kConv + "g,gemm,1,4,5,7,,,,,,,,,,,140,35\n",
       "line 3: column 'K' fits no layer before: expected one whose output has 7 columns"},
      {kConv + "g,gemm,1,4,5,6,,,,,,,,,,,121,30\n", "line 3: column 'macs' is 121, expected 120"},
      {kConv + "g,gemm,2,4,5,6,,,,,,,,,,,120,30\n", "line 3: column 'batch' is 2, expected 1"},
      {kConv + "r,relu,1,23" + kTail + "0,0\n",
       "line 3: column 'M' is 23, expected the elements of the layer before"},
      {kConv + "l,layernorm,1,24" + kTail + "0,11\n", "line 3: column 'params' is 11, expected 12"},
      {kConv + "a,add,1,24" + kTail + "0,0\n", "line 3: column 'M' fits no residual"},
      {kConv + "a,add,1,30" + kTail + "0,31\n", "line 3: column 'params' is 31, expected a mult"},
      {kConv + "q,attn_qk,2,4,4,1,,,,,,,,,,,32,0\nv,attn_sv,2,4,2,4,,,,,,,,,,,64,0\n",
       "line 4: column 'N' fits no v"},
      {"a,add,1,4" + kTail + "0,0\n", "line 2: column 'op' is the first layer"},
      {kConv + "g,gemm,1,400000000,500000,6,,,,,,,,,,,120,30\n",
       "line 3: column 'M' and others make more than 1000000000000000"},
      {"c,conv,1,4,6,12,3,6,90000000,90000000,2,1,90000,4,2,2,288,78\n",
       "line 2: column 'M' and others make more than"},
      {"", "f.csv: /ops: has no ops"},
      {"c,conv\n", "line 2: has 2 cells, expected 18"},
  };
  for (const auto& item : cases) {
    const std::string mistakes =
        mistakes_of([&] { read_layer_list(kHeader + item.rows, "f.csv"); });
    EXPECT_NE(mistakes.find(item.message), std::string::npos) << item.rows << mistakes;
  }
  const std::string both = mistakes_of(
      [] { read_layer_list(kHeader + "a,x,1,4" + kTail + "0,0\nb,y,1,4" + kTail + "0,0\n", "f"); });
  EXPECT_NE(both.find("line 2"), std::string::npos) << both;
  EXPECT_NE(both.find("line 3"), std::string::npos) << both;
}

TEST(LayerSpec, MistakesNameLineAndColumn) {
  const std::string good = export_csv(read_layer_list(kHeader + kConv, "f.csv"));
  const auto spoilt = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from << " in\n" << good;
    if (at != std::string::npos) text.replace(at, from.size(), to);
    return mistakes_of([&] { read_layer_list(text, "f.csv"); });
  };
  const struct {
    const char* from;
    const char* to;
    const char* message;
  } cases[] = {
      // lines: 1 header, 2 workload, 3 image, 4 weight, 5 bias, 6 output, 7 conv
      {"288,78", "289,78", "f.csv: line 7: column 'macs' is '289', expected '288' as spec says"},
      {"c,conv,1,4,", "c,conv,1,5,", "f.csv: line 7: column 'M' is '5', expected '4' as spec says"},
      {"image,tensor", "imagf,tensor", "f.csv: line 3: column 'name' differs from 'image' in spec"},
      {"\"\"stride\"\":2", "\"\"stride\"\":0", "f.csv: line 7: spec/body/stride: is 0"},
      {"\"\"stride\"\":2", "\"\"stride\"\":3", "line 7: column 'M' is '4', expected '1' as spec"},
      {"[12,6]", "[11,6]", "f.csv: line 7: op 'c' (conv2d): its input 1 reaches to row 12"},
      {"[12,6]", "[12,6", "f.csv: line 4: column 'spec'"},
  };
  for (const auto& item : cases) {
    const std::string mistakes = spoilt(item.from, item.to);
    EXPECT_NE(mistakes.find(item.message), std::string::npos) << item.message << "\n" << mistakes;
  }
}

}  // namespace
}  // namespace saccade
