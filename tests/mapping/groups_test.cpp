#include "mapping/groups.hpp"

#include <gtest/gtest.h>

#include "mapping/testing.hpp"

namespace saccade {
namespace {

using namespace mapping_testing;

/// "qk>scale softmax sv" for the group of that anchor: followers behind '>', anchors apart.
std::string text(const Workload& workload, const Group& group) {
  std::string all;
  for (const Anchor& anchor : group.anchors) {
    all += (all.empty() ? "" : " ") + workload.ops()[anchor.op].name;
    for (const std::size_t follower : anchor.followers) {
      all += ">" + workload.ops()[follower].name;
    }
  }
  return all;
}

/// What names QK^T, or nothing.
std::set<std::size_t> apart(const Workload& workload, bool fuse) {
  std::set<std::size_t> ops;
  for (std::size_t i = 0; !fuse && i < workload.ops().size(); ++i) ops.insert(i);
  return ops;
}

std::vector<std::string> texts(const Workload& workload, bool fuse_attention = true) {
  std::vector<std::string> all;
  for (const Group& group : make_groups(workload, apart(workload, fuse_attention))) {
    all.push_back(text(workload, group));
  }
  return all;
}

using Texts = std::vector<std::string>;

TEST(Groups, OfDeiT) {
  const Workload deit = model("deit_tiny", {{"/depth", "1"}});
  EXPECT_EQ(texts(deit),
            (Texts{"patch_embed", "cls+pos", "b0.ln1", "b0.qkv", "b0.qk>b0.scale b0.softmax b0.sv",
                   "b0.proj>b0.res1", "b0.ln2", "b0.fc1>b0.act", "b0.fc2>b0.res2", "ln", "head"}));
  EXPECT_EQ(texts(deit, false), (Texts{"patch_embed", "cls+pos", "b0.ln1", "b0.qkv",
                                       "b0.qk>b0.scale", "b0.softmax", "b0.sv", "b0.proj>b0.res1",
                                       "b0.ln2", "b0.fc1>b0.act", "b0.fc2>b0.res2", "ln", "head"}));
}

TEST(Groups, EveryOpOnceAndAfterItsInputs) {
  for (const char* name : {"deit_tiny", "lvvit_s"}) {
    for (const bool fuse : {true, false}) {
      const Workload workload = model(name, {{"/images", "2"}});
      std::vector<bool> done(workload.ops().size(), false);
      const auto writers = writers_of(workload);
      for (const Group& group : make_groups(workload, apart(workload, fuse))) {
        for (const Anchor& anchor : group.anchors) {
          std::vector<std::size_t> chain = {anchor.op};
          chain.insert(chain.end(), anchor.followers.begin(), anchor.followers.end());
          for (const std::size_t op : chain) {
            EXPECT_FALSE(done[op]) << workload.ops()[op].name;
            for (const View& input : workload.ops()[op].inputs) {
              for (const std::size_t writer : writers[static_cast<std::size_t>(input.tensor)]) {
                EXPECT_TRUE(done[writer]) << workload.ops()[op].name;
              }
            }
            done[op] = true;
          }
        }
      }
      EXPECT_EQ(std::count(done.begin(), done.end(), false), 0);
    }
  }
}

TEST(Groups, ReadersAndWriters) {
  const Workload deit = model("deit_tiny", {{"/depth", "1"}});
  const auto qkv = static_cast<std::size_t>(tensor_id(deit, "b0.qkv"));
  // Q and K are two inputs of one reader.
  EXPECT_EQ(readers_of(deit)[qkv],
            (std::vector<std::size_t>{op_index(deit, "b0.qk"), op_index(deit, "b0.sv")}));
  EXPECT_EQ(writers_of(deit)[qkv], std::vector<std::size_t>{op_index(deit, "b0.qkv")});
  EXPECT_TRUE(writers_of(deit)[static_cast<std::size_t>(tensor_id(deit, "b0.qkv.weight"))].empty());
}

constexpr auto kGelu = ElementFunction::gelu;
constexpr auto kAdd = ElementFunction::add;

struct Network {
  WorkloadBuilder builder{"net", 1, {}};
  TensorId x = builder.input("x", 8, 4);
  TensorId fc = builder.linear("fc", Role::ffn, x, 4, Bias::none);
  TensorId gelu(TensorId of) { return builder.elementwise("gelu", Role::ffn, kGelu, {of}); }
  Texts groups(TensorId output) {
    builder.mark_output(output);
    return texts(std::move(builder).build());
  }
};

TEST(Groups, FollowersChain) {
  Network net;
  const TensorId sum = net.builder.elementwise("sum", Role::ffn, kAdd, {net.gelu(net.fc), net.x});
  EXPECT_EQ(net.groups(sum), (Texts{"fc>gelu>sum"}));
}

TEST(Groups, ASecondReaderForbidsFollowing) {
  Network net;
  const TensorId gelu = net.gelu(net.fc);
  const TensorId sum = net.builder.elementwise("sum", Role::ffn, kAdd, {gelu, net.fc});
  EXPECT_EQ(net.groups(sum), (Texts{"fc", "gelu", "sum"}));
}

TEST(Groups, AnOutputOfTheNetworkForbidsFollowing) {
  Network net;
  net.builder.mark_output(net.fc);
  EXPECT_EQ(net.groups(net.gelu(net.fc)), (Texts{"fc", "gelu"}));
}

TEST(Groups, OtherRowsForbidFollowing) {
  Network net;  // 8 rows of the product under 9 of the sum
  const TensorId more = net.builder.input("more", 9, 4);
  const TensorId sum = net.builder.elementwise("sum", Role::ffn, kAdd, {net.fc, more});
  EXPECT_EQ(net.groups(sum), (Texts{"fc", "sum"}));
}

TEST(Groups, AnInputThatComesLaterForbidsFollowing) {
  Network net;  // the sum needs fc2, which runs after fc
  const TensorId other = net.builder.linear("fc2", Role::ffn, net.x, 4, Bias::none);
  const TensorId sum = net.builder.elementwise("sum", Role::ffn, kAdd, {net.fc, other});
  EXPECT_EQ(net.groups(sum), (Texts{"fc", "fc2>sum"}));
}

TEST(Groups, OpsWithoutAProductHaveNoFollowers) {
  WorkloadBuilder builder("net", 1, {});
  const TensorId norm = builder.layernorm("norm", builder.input("x", 8, 4));
  builder.mark_output(builder.elementwise("gelu", Role::ffn, kGelu, {norm}));
  EXPECT_EQ(texts(std::move(builder).build()), (Texts{"norm", "gelu"}));
}

/// Attention of 2 heads over 8 rows; `also_reads`: another op reads the probabilities, too.
Workload attention(bool also_reads) {
  WorkloadBuilder builder("attention", 1, {});
  const TensorId x = builder.input("x", 8, 24);
  View q;
  q.tensor = x;
  q.image_rows = 8;
  q.head_columns = 4;
  View k = q, v = q;
  k.column = 8;
  v.column = 16;
  builder.mark_output(builder.attention("a", {1, 2, 8, 8, 4, 4}, q, k, v));
  if (also_reads) {
    // Tensors stand in the order of their ops: x, qk, scale, softmax.
    builder.mark_output(builder.elementwise("also", Role::core_attention, kGelu, {x + 3}));
  }
  return std::move(builder).build();
}

TEST(Groups, AttentionNeedsTheProbabilitiesToItself) {
  EXPECT_EQ(texts(attention(false)), (Texts{"a.qk>a.scale a.softmax a.sv"}));
  EXPECT_EQ(texts(attention(true)), (Texts{"a.qk>a.scale", "a.softmax", "a.sv", "also"}));
}

}  // namespace
}  // namespace saccade
