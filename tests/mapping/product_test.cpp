#include "mapping/product.hpp"

#include <gtest/gtest.h>

#include <set>

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

struct ConvCase {
  const char* name;
  std::int64_t height, width, kernel_height, kernel_width, stride, padding;
};

const ConvCase kConvs[] = {
    {"patches", 16, 16, 4, 4, 4, 0}, {"same", 7, 9, 3, 3, 1, 1},
    {"strided", 11, 8, 7, 7, 2, 3},  {"pointwise", 5, 6, 1, 1, 1, 0},
    {"skipping", 9, 9, 1, 1, 2, 0},  {"wide kernel", 6, 10, 1, 5, 1, 2},
    {"one line", 1, 12, 1, 3, 1, 1},
};

Conv2d conv_of(const ConvCase& test) {
  Conv2d conv;
  conv.in_height = test.height;
  conv.in_width = test.width;
  conv.kernel_height = test.kernel_height;
  conv.kernel_width = test.kernel_width;
  conv.stride = test.stride;
  conv.padding = test.padding;
  return conv;
}

/// Lines and columns of the pixels that output pixels [begin, end) read, one by one.
struct Reached {
  std::set<std::int64_t> lines, columns;
};

Reached reached(const Conv2d& conv, Range m) {
  Reached all;
  for (std::int64_t pixel = m.begin; pixel < m.end; ++pixel) {
    for (std::int64_t dy = 0; dy < conv.kernel_height; ++dy) {
      for (std::int64_t dx = 0; dx < conv.kernel_width; ++dx) {
        const std::int64_t y = pixel / conv.out_width() * conv.stride + dy - conv.padding;
        const std::int64_t x = pixel % conv.out_width() * conv.stride + dx - conv.padding;
        if (y < 0 || y >= conv.in_height || x < 0 || x >= conv.in_width) continue;
        all.lines.insert(y);
        all.columns.insert(x);
      }
    }
  }
  return all;
}

/// The band covers what is read, and no line or column beyond the outermost ones.
void check_band(const ConvCase& test, const Conv2d& conv, Range m) {
  const PixelBand band = conv_band(conv, m);
  const Reached all = reached(conv, m);
  if (all.lines.empty() || all.columns.empty()) {  // padding alone
    EXPECT_EQ(band.pixels(), 0) << test.name;
    return;
  }
  EXPECT_EQ(band.lines.begin, *all.lines.begin()) << test.name << " " << m.begin << " " << m.end;
  EXPECT_EQ(band.lines.end, *all.lines.rbegin() + 1) << test.name << " " << m.begin << " " << m.end;
  EXPECT_EQ(band.columns.begin, *all.columns.begin()) << test.name << " " << m.begin;
  EXPECT_EQ(band.columns.end, *all.columns.rbegin() + 1) << test.name << " " << m.begin;
}

TEST(ConvBand, WholeLines) {
  for (const ConvCase& test : kConvs) {
    const Conv2d conv = conv_of(test);
    for (std::int64_t first = 0; first < conv.out_height(); ++first) {
      for (std::int64_t last = first; last < conv.out_height(); ++last) {
        check_band(test, conv, {first * conv.out_width(), (last + 1) * conv.out_width()});
      }
    }
  }
}

TEST(ConvBand, PartOfALine) {
  for (const ConvCase& test : kConvs) {
    const Conv2d conv = conv_of(test);
    const std::int64_t width = conv.out_width();
    for (std::int64_t line = 0; line < conv.out_height(); ++line) {
      for (std::int64_t begin = 0; begin < width; ++begin) {
        for (std::int64_t end = begin + 1; end <= width; ++end) {
          check_band(test, conv, {line * width + begin, line * width + end});
        }
      }
    }
  }
}

TEST(ConvBand, ByHand) {
  // 7 x 7 by steps of 2 on a padded 11 x 8 image: output line 1 reads lines 2 - 3 .. 2 - 3 + 7.
  const Conv2d conv = conv_of(kConvs[2]);
  ASSERT_EQ(conv.out_width(), 4);
  const PixelBand band = conv_band(conv, {4, 8});
  EXPECT_EQ(band.lines.begin, 0);
  EXPECT_EQ(band.lines.end, 6);
  EXPECT_EQ(band.columns.begin, 0);
  EXPECT_EQ(band.columns.end, 8);
  EXPECT_EQ(band.pixels(), 48);
}

}  // namespace
}  // namespace saccade
