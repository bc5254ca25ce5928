#include "technique/drop_blocks.hpp"

#include "technique/testing.hpp"

namespace saccade {
namespace {

using Names = std::vector<std::string>;

std::string drop(const std::string& blocks) {
  return R"({"pass": "drop_blocks", "blocks": )" + blocks + "}";
}

TEST(DropBlocks, FewerBlocksAreTheModelOfThatDepth) {
  const Workload four = tiny_vit(4);
  const Workload two = after_pass(drop("[2, 3]"), four);
  const Workload expected = tiny_vit(2);
  EXPECT_EQ(op_names(two), op_names(expected));
  EXPECT_EQ(two.macs(), expected.macs());
  EXPECT_EQ(two.parameters(), expected.parameters());
  for (const Op& op : two.ops()) {
    EXPECT_EQ(reads(two, op.name), reads(expected, op.name)) << op.name;
  }
}

TEST(DropBlocks, InnerAndNeighbouringBlocksInAnyOrder) {
  const Workload five = tiny_vit(5);
  for (const char* blocks : {"[1, 2, 3]", "[3, 1, 2]"}) {
    const Workload two = after_pass(drop(blocks), five);
    EXPECT_EQ(two.macs(), tiny_vit(2).macs());
    EXPECT_EQ(reads(two, "b4.ln1")[0], "b0.res2");
    EXPECT_EQ(reads(two, "b4.res1"), (Names{"b4.proj", "b0.res2"}));
    EXPECT_EQ(find_op(two, "b4.ln1").block, 4);
  }
}

TEST(DropBlocks, OneOfDeitSmall) {
  const Workload dense = model("deit_small");
  const Workload dropped = after_pass(drop("[7]"), dense);
  EXPECT_EQ(dense.macs() - dropped.macs(), 12LL * 197 * 384 * 384 + 2LL * 197 * 197 * 384);
  expect_same(after_pass(drop("[]"), dense), dense);
}

TEST(DropBlocks, SharesOfSegFormerB2AreThoseOfDynamicInference) {
  const Workload whole = model("segformer_b2_ade512");  // 3, 4, 6 and 3 blocks
  const std::pair<const char*, double> cases[] = {
      {"[2]", 0.979}, {"[6]", 0.983}, {"[12]", 0.978}, {"[15]", 0.986}};
  for (const auto& [block, share] : cases) {
    const Workload fewer = after_pass(drop(block), whole);
    EXPECT_NEAR(static_cast<double>(fewer.macs()) / static_cast<double>(whole.macs()), share, 0.001)
        << block;
  }
}

/// A convolution into `channels` channels as block 0 of a network.
Workload with_block(std::int64_t channels, bool second_input) {
  WorkloadBuilder builder("blocks", 1, {}, "blocks.json");
  const TensorId image = builder.input("image", 16, 8);
  const TensorId other = builder.linear("other", Role::stem, image, 8, Bias::none);
  TensorId x = builder.linear("embed", Role::stem, image, 8, Bias::none);
  builder.set_block(0);
  if (second_input) x = builder.elementwise("sum", Role::ffn, ElementFunction::add, {x, other});
  x = builder.linear("fc", Role::ffn, x, channels, Bias::none);
  builder.set_block(-1);
  builder.mark_output(builder.linear("head", Role::head, x, 5, Bias::none));
  return std::move(builder).build();
}

TEST(DropBlocks, MistakesAreAnswered) {
  const auto mistakes = [](const char* blocks, const Workload& workload) {
    return mistakes_of([&] { after_pass(drop(blocks), workload); });
  };
  EXPECT_NE(mistakes("[0, 0]", tiny_vit(2)).find("/passes/0/blocks: names a block twice"),
            std::string::npos);
  EXPECT_NE(mistakes("[2]", tiny_vit(2)).find("has no block 2, expected 0 to 1"),
            std::string::npos);
  EXPECT_EQ(mistakes("[0]", with_block(8, false)), "");
  EXPECT_NE(mistakes("[0]", with_block(4, false))
                .find("block 0 makes 16 x 4 of 16 x 8, expected a block that keeps the shape"),
            std::string::npos);
  EXPECT_NE(mistakes("[0]", with_block(8, true)).find("block 0 has 2 inputs: other, embed"),
            std::string::npos);
}

}  // namespace
}  // namespace saccade
