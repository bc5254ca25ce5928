#include "technique/drop_blocks.hpp"

#include <set>

#include "technique/block.hpp"

namespace saccade {
namespace {

void drop(Rewriter& rewriter, int block) {
  const TensorId input = block_input(rewriter, block);
  const TensorId output = block_output(rewriter, block);
  const Tensor& from = rewriter.tensor(input);
  const Tensor& to = rewriter.tensor(output);
  if (!same_matrix(from, to)) {
    throw UserError(
        fmt::format("block {} makes {} x {} of {} x {}, expected a block that keeps the shape",
                    block, to.rows(), to.columns(), from.rows(), from.columns()));
  }
  rewriter.replace(output, input);
  rewriter.remove_unused();
}

}  // namespace

const Record<DropBlocks>& drop_blocks_record() {
  static const auto record =
      Record<DropBlocks>("blocks that are taken out")
          .field("blocks", &DropBlocks::blocks, list(integer<int>(0, 1 << 20)),
                 "blocks that are taken out whole")
          .rule([](const DropBlocks& drop, const Cursor& cursor) {
            const std::set<int> different(drop.blocks.begin(), drop.blocks.end());
            if (different.size() != drop.blocks.size()) {
              cursor.at("blocks").fail("names a block twice, expected each once");
            }
          });
  return record;
}

Workload drop_blocks(const Workload& workload, const Decisions&, const DropBlocks& parameters) {
  if (parameters.blocks.empty()) return workload;
  Rewriter rewriter(workload);
  for (const int block : parameters.blocks) drop(rewriter, block);
  return std::move(rewriter).build();
}

}  // namespace saccade
