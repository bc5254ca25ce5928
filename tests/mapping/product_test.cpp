#include "mapping/product.hpp"

#include <gtest/gtest.h>

#include "mapping/testing.hpp"

namespace saccade {
namespace {

using namespace mapping_testing;

TEST(Product, OfAMatMul) {
  const Workload deit = model("deit_small", {{"/images", "2"}});
  const auto product = as_product(deit, deit.ops()[op_index(deit, "b0.qk")]);
  ASSERT_TRUE(product);
  EXPECT_EQ(product->images, 2);
  EXPECT_EQ(product->heads, 6);
  EXPECT_EQ(product->entries(), 12);
  EXPECT_EQ(product->m, 197);
  EXPECT_EQ(product->n, 197);
  EXPECT_EQ(product->k, 64);
  EXPECT_FALSE(product->bias);
  EXPECT_TRUE(product->weight.transposed);
  EXPECT_EQ(product->weight.column, 384);  // K lies behind the 6 * 64 columns of Q
  EXPECT_EQ(product->output.head_rows, 197);
  EXPECT_FALSE(product->conv);
  const auto fc1 = as_product(deit, deit.ops()[op_index(deit, "b0.fc1")]);
  EXPECT_EQ(fc1->m, 2 * 197);
  EXPECT_TRUE(fc1->bias);
  EXPECT_EQ(fc1->bias_rows, 1);
}

TEST(Product, OfAConvolution) {
  Conv2d conv;
  conv.in_channels = 6;
  conv.out_channels = 4;
  conv.in_height = 9;
  conv.in_width = 7;
  conv.kernel_height = conv.kernel_width = 3;
  conv.stride = 2;
  conv.padding = 1;
  conv.groups = 2;
  WorkloadBuilder builder("grouped", 2, {});
  const TensorId x = builder.input("x", 2 * 9 * 7, 6);
  builder.mark_output(builder.conv2d("conv", Role::stem, x, conv, Bias::batch_norm));
  const Workload workload = std::move(builder).build();
  const auto product = as_product(workload, workload.ops()[0]);
  ASSERT_TRUE(product && product->conv);
  EXPECT_EQ(product->images, 2);
  EXPECT_EQ(product->heads, 2);  // the groups
  EXPECT_EQ(product->m, 5 * 4);  // (9 + 2 - 3) / 2 + 1 by (7 + 2 - 3) / 2 + 1
  EXPECT_EQ(product->n, 2);      // 4 / 2
  EXPECT_EQ(product->k, 3 * 3 * 3);
  EXPECT_EQ(product->entries() * product->m * product->n * product->k, workload.macs());
  EXPECT_EQ(product->input.image_rows, 63);
  EXPECT_EQ(product->input.head_columns, 3);
  EXPECT_EQ(product->output.image_rows, 20);
  EXPECT_EQ(product->output.head_columns, 2);
  EXPECT_EQ(product->bias_rows, 2);  // scale and shift
}

TEST(Product, OtherOpsAreNone) {
  const Workload deit = model("deit_tiny");
  for (const char* name : {"b0.ln1", "b0.softmax", "b0.act", "b0.res1", "cls+pos"}) {
    EXPECT_FALSE(as_product(deit.ops()[op_index(deit, name)])) << name;
  }
}

}  // namespace
}  // namespace saccade
