#include "workload/workload.hpp"

#include "workload/workload_equal.hpp"

namespace saccade {
namespace {

TEST(OpFigures, NamesMacsAndElements) {
  Conv2d conv;  // 3x3, stride 2, padding 1 over 8x6: 4x3 pixels out
  conv.images = 2;
  conv.in_channels = 4;
  conv.out_channels = 6;
  conv.in_height = 8;
  conv.in_width = 6;
  conv.kernel_height = conv.kernel_width = 3;
  conv.stride = 2;
  conv.padding = 1;
  conv.groups = 2;
  MatMul matmul;
  matmul.images = 2;
  matmul.heads = 3;
  matmul.m = 5;
  matmul.n = 7;
  matmul.k = 11;
  const struct {
    Body body;
    const char* kind;
    std::int64_t macs;
    std::int64_t elements;
  } cases[] = {
      {matmul, "matmul", 2 * 3 * 5 * 7 * 11, 2 * 3 * 5 * 7},
      // 24 pixels x 6 channels x 3*3*(4/2) products
      {conv, "conv2d", 24 * 6 * 18, 24 * 6},
      {Softmax{3, 4}, "softmax", 0, 12},
      {Norm{NormKind::layer, 3, 4}, "layernorm", 0, 12},
      {Norm{NormKind::batch, 3, 4}, "batchnorm", 0, 12},
      {Elementwise{ElementFunction::add, 3, 4}, "add", 0, 12},
      {Elementwise{ElementFunction::multiply, 3, 4}, "multiply", 0, 12},
      {Elementwise{ElementFunction::scale, 3, 4}, "scale", 0, 12},
      {Elementwise{ElementFunction::relu, 3, 4}, "relu", 0, 12},
      {Elementwise{ElementFunction::gelu, 3, 4}, "gelu", 0, 12},
      {Elementwise{ElementFunction::silu, 3, 4}, "silu", 0, 12},
      {Elementwise{ElementFunction::hardswish, 3, 4}, "hardswish", 0, 12},
      {Elementwise{ElementFunction::sigmoid, 3, 4}, "sigmoid", 0, 12},
      {Elementwise{ElementFunction::requantise, 3, 4}, "requantise", 0, 12},
      {Elementwise{ElementFunction::mask, 3, 4}, "mask", 0, 12},
      {Reduce{ReduceFunction::mean, 2, 3, 4}, "reduce", 0, 8},
      // 2 images of 8 x 6 pixels to 4 x 3, of 5 channels
      {Resample{ResampleFunction::maximum, 2, 5, 8, 6, 4, 3, 2, 2}, "maxpool", 0, 120},
      {Resample{ResampleFunction::mean, 2, 5, 8, 6, 4, 3, 2, 2}, "avgpool", 0, 120},
      {Resample{ResampleFunction::bilinear, 1, 5, 4, 3, 8, 6, 2, 2}, "resize", 0, 240},
      {Resample{ResampleFunction::nearest, 1, 5, 4, 3, 8, 6, 1, 1}, "resize", 0, 240},
      {Gather{9, 2, 4}, "gather", 0, 8},
      {LayoutChange{3, 4}, "layout", 0, 12},
      {Decide{5}, "decide", 0, 5},
  };
  for (const auto& item : cases) {
    EXPECT_EQ(kind_name(item.body), item.kind);
    EXPECT_EQ(macs(item.body), item.macs) << item.kind;
    EXPECT_EQ(output_elements(item.body), item.elements) << item.kind;
  }
  EXPECT_EQ(role_name(Role::core_attention), "core_attention");
  EXPECT_EQ(role_name(Role::layout), "layout");
}

/// y = gelu(x W + b) of 4 x 6 by 6 x 8, and a decision that gelu waits for.
struct Draft {
  std::vector<Tensor> tensors;
  std::vector<Op> ops;

  Draft() {
    const auto tensor = [&](const char* name, std::vector<std::int64_t> shape, TensorKind kind) {
      Tensor item;
      item.name = name;
      item.shape = std::move(shape);
      item.kind = kind;
      tensors.push_back(item);
    };
    tensor("x", {4, 6}, TensorKind::network_input);
    tensor("w", {6, 8}, TensorKind::parameter);
    tensor("b", {1, 8}, TensorKind::parameter);
    tensor("h", {4, 8}, TensorKind::activation);
    tensor("gate", {1, 1}, TensorKind::activation);
    tensor("y", {4, 8}, TensorKind::network_output);
    MatMul product;
    product.m = 4;
    product.n = 8;
    product.k = 6;
    product.bias = true;
    add("fc", product, {0, 1, 2}, 3);
    add("gate", Decide{24}, {0}, 4);
    add("act", Elementwise{ElementFunction::gelu, 4, 8}, {3, 4}, 5);
  }

  void add(const char* name, Body body, const std::vector<TensorId>& inputs, TensorId output) {
    Op op;
    op.name = name;
    op.body = std::move(body);
    for (const TensorId id : inputs) op.inputs.push_back(View{id});
    op.outputs.push_back(View{output});
    ops.push_back(op);
  }

  MatMul& product() { return std::get<MatMul>(ops[0].body); }
  Workload build() const { return Workload("draft", 1, tensors, ops, "f.json"); }
};

TEST(WorkloadChecks, GoodWorkload) {
  const Workload workload = Draft().build();
  EXPECT_EQ(workload.macs(), 4 * 8 * 6);
  EXPECT_EQ(workload.parameters(), 6 * 8 + 8);
}

TEST(WorkloadChecks, ParametersCountOnceAndOnlyWhereTheyAreRead) {
  Draft draft;
  Tensor unread;
  unread.name = "unread";
  unread.shape = {100, 100};
  unread.kind = TensorKind::parameter;
  draft.tensors.push_back(unread);
  Tensor again = draft.tensors[3];
  again.name = "h2";
  draft.tensors.push_back(again);
  draft.add("fc2", draft.product(), {0, 1, 2}, 7);
  EXPECT_EQ(draft.build().parameters(), 6 * 8 + 8);
}

TEST(WorkloadChecks, ExtentsOfOperands) {
  Draft draft;
  const Workload workload = draft.build();
  const Op& fc = workload.ops()[0];
  const auto extent = [&](std::size_t index) {
    return input_extent(fc, index, workload.tensor(fc.inputs[index].tensor));
  };
  EXPECT_EQ(extent(0).rows, 4);
  EXPECT_EQ(extent(0).columns, 6);
  EXPECT_EQ(extent(1).rows, 6);
  EXPECT_EQ(extent(2).rows, 1);
  EXPECT_EQ(extent(2).columns, 8);
  const Op& act = workload.ops()[2];
  EXPECT_EQ(operand_count(act), 1u);
  EXPECT_EQ(input_extent(act, 1, workload.tensor(4)).rows, 0);  // only waits for it
  draft.tensors[2].shape = {2, 8};                              // scale and shift
  EXPECT_EQ(input_extent(fc, 2, draft.tensors[2]).rows, 2);
  Op transposed = fc;
  transposed.inputs[1].transposed = true;
  EXPECT_EQ(input_extent(transposed, 1, workload.tensor(1)).rows, 8);
  EXPECT_EQ(input_extent(transposed, 1, workload.tensor(1)).columns, 6);
}

TEST(WorkloadChecks, EveryMistakeIsNamed) {
  const struct {
    const char* message;
    void (*spoil)(Draft&);
  } cases[] = {
      {"/tensors/1: tensor 'x' stands twice", [](Draft& d) { d.tensors[1].name = "x"; }},
      {"/ops/1: op 'fc' stands twice", [](Draft& d) { d.ops[1].name = "fc"; }},
      {"/tensors/0: tensor 'x' has shape 0 x 6",
       [](Draft& d) {
         d.tensors[0].shape = {0, 6};
       }},
      {"/tensors/0: tensor 'x' has shape ,", [](Draft& d) { d.tensors[0].shape = {}; }},
      {"at most 1000000000000000 elements",
       [](Draft& d) {
         d.tensors[0].shape = {1000000000, 1000000000};
       }},
      {"tensor 'w' has 65 bits", [](Draft& d) { d.tensors[1].bits = 65; }},
      {"tensor 'w' has encoding axis 2", [](Draft& d) { d.tensors[1].encoding.axis = 2; }},
      {"tensor 'w' keeps 3 of every 2",
       [](Draft& d) {
         d.tensors[1].density = StructuredData{3, 2};
       }},
      {"tensor 'w' keeps 40, 9 entries",
       [](Draft& d) {
         d.tensors[1].density = MaskedData{{40, 9}};
       }},
      {"tensor 'w' has band radius -1",
       [](Draft& d) {
         d.tensors[1].density = BandedData{-1, 0};
       }},
      {"/ops/0: has the name ''", [](Draft& d) { d.ops[0].name = ""; }},
      {"/ops: has no ops", [](Draft& d) { d.ops.clear(); }},
      {"/ops/0: op 'fc' has m = 0", [](Draft& d) { d.product().m = 0; }},
      {"op 'fc' has k = 2000000000", [](Draft& d) { d.product().k = 2000000000; }},
      {"op 'fc' is too large", [](Draft& d) { d.product().m = d.product().n = 1000000000; }},
      {"op 'fc' (matmul) has 2 inputs, expected at least 3",
       [](Draft& d) { d.ops[0].inputs.pop_back(); }},
      {"op 'fc' (matmul) has 2 operands, so its input 2 must be the outcome of a decision",
       [](Draft& d) { d.product().bias = false; }},
      {"op 'fc' has 0 outputs, expected 1", [](Draft& d) { d.ops[0].outputs.clear(); }},
      {"op 'fc': its input 0 is tensor 17, expected 0 to 5",
       [](Draft& d) { d.ops[0].inputs[0].tensor = 17; }},
      {"op 'fc' (matmul): its input 0 reaches to row 5 and column 6 of tensor 'x', which is 4 x 6",
       [](Draft& d) { d.ops[0].inputs[0].row = 1; }},
      {"its input 1 reaches to row 8 and column 6",
       [](Draft& d) { d.ops[0].inputs[1].transposed = true; }},
      {"its output reaches to row 4 and column 9",
       [](Draft& d) { d.ops[0].outputs[0].column = 1; }},
      {"has an offset or step of -1", [](Draft& d) { d.ops[0].inputs[0].head_rows = -1; }},
      {"its input 0 reaches to row 9 and column 6",  // 2 images, 5 rows apart
       [](Draft& d) {
         d.product().images = 2;
         d.ops[0].inputs[0].image_rows = 5;
       }},
      {"op 'gate' decides over 25 values, but tensor 'x' has 24",
       [](Draft& d) { std::get<Decide>(d.ops[1].body).elements = 25; }},
      {"op 'act' reads tensor 'h' before any op wrote it",
       [](Draft& d) { std::swap(d.ops[0], d.ops[2]); }},
      {"op 'fc' writes tensor 'h' after op 'act' read it",
       [](Draft& d) { std::swap(d.ops[0], d.ops[2]); }},
      {"op 'fc' writes tensor 'x', which is a parameter",
       [](Draft& d) { d.ops[0].outputs[0].tensor = 0; }},
  };
  for (const auto& item : cases) {
    Draft draft;
    item.spoil(draft);
    const std::string mistakes = mistakes_of([&] { draft.build(); });
    EXPECT_NE(mistakes.find(item.message), std::string::npos)
        << item.message << "\nwas: " << mistakes;
    EXPECT_EQ(mistakes.rfind("f.json: ", 0), 0u) << mistakes;
  }
}

TEST(WorkloadChecks, ConvolutionsFitTheirImages) {
  const struct {
    const char* message;
    void (*spoil)(Conv2d&);
  } cases[] = {{"has a kernel of 5 x 1", [](Conv2d& c) { c.kernel_height = 5; }},
               {"has 4 groups, expected a divisor of 6 and 8", [](Conv2d& c) { c.groups = 4; }},
               {"has stride = 0", [](Conv2d& c) { c.stride = 0; }},
               {"has padding = -1", [](Conv2d& c) { c.padding = -1; }},
               {"is too large", [](Conv2d& c) { c.kernel_height = c.padding = 900000000; }}};
  for (const auto& item : cases) {
    Draft draft;
    Conv2d conv;
    conv.in_channels = 6;
    conv.out_channels = 8;
    conv.in_height = conv.in_width = 2;
    conv.bias = true;
    draft.ops[0].body = conv;
    EXPECT_EQ(mistakes_of([&] { draft.build(); }), "");
    item.spoil(std::get<Conv2d>(draft.ops[0].body));
    const std::string mistakes = mistakes_of([&] { draft.build(); });
    EXPECT_NE(mistakes.find(item.message), std::string::npos) << mistakes;
  }
}

TEST(WorkloadChecks, AllMistakesOfOpsComeTogether) {
  Draft draft;
  draft.product().m = 0;
  draft.ops[1].inputs.clear();
  draft.ops[2].outputs.clear();
  const std::string mistakes = mistakes_of([&] { draft.build(); });
  for (const char* pointer : {"/ops/0", "/ops/1", "/ops/2"}) {
    EXPECT_NE(mistakes.find(pointer), std::string::npos) << mistakes;
  }
}

}  // namespace
}  // namespace saccade
