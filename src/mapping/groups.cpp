#include "mapping/groups.hpp"

#include <algorithm>

#include "mapping/product.hpp"

namespace saccade {
namespace {

bool covers_all(const View& view, const Tensor& tensor, std::int64_t rows, std::int64_t columns) {
  return view.row == 0 && view.column == 0 && !view.transposed && tensor.rows() == rows &&
         tensor.columns() == columns;
}

class Grouper {
 public:
  Grouper(const Workload& workload, const std::set<std::size_t>& apart)
      : workload_(workload),
        apart_(apart),
        readers_(readers_of(workload)),
        writers_(writers_of(workload)),
        taken_(workload.ops().size(), false) {}

  std::vector<Group> run() {
    std::vector<Group> groups;
    for (std::size_t op = 0; op < taken_.size(); ++op) {
      if (taken_[op]) continue;
      Group group;
      group.anchors.push_back(anchor(op, op));
      if (apart_.count(op) == 0) add_attention(group);
      groups.push_back(std::move(group));
    }
    return groups;
  }

 private:
  const Op& op(std::size_t index) const { return workload_.ops()[index]; }

  /// The only op that reads what `writer` alone writes, if it is free to run with an op at `first`.
  int only_reader(std::size_t writer, std::size_t first) const {
    if (op(writer).outputs.size() != 1) return -1;
    const TensorId tensor = op(writer).outputs[0].tensor;
    const auto& readers = readers_[static_cast<std::size_t>(tensor)];
    if (readers.size() != 1 || taken_[readers[0]]) return -1;
    if (writers_[static_cast<std::size_t>(tensor)].size() != 1) return -1;
    if (workload_.tensor(tensor).kind == TensorKind::network_output) return -1;
    for (const View& input : op(readers[0]).inputs) {
      const auto& others = writers_[static_cast<std::size_t>(input.tensor)];
      if (input.tensor != tensor && !others.empty() && others.back() >= first) return -1;
    }
    return static_cast<int>(readers[0]);
  }

  bool can_follow(std::size_t reader, std::size_t writer) const {
    const auto* body = std::get_if<Elementwise>(&op(reader).body);
    if (body == nullptr || op(reader).outputs.size() != 1) return false;
    for (const View& input : op(reader).inputs) {
      const Tensor& tensor = workload_.tensor(input.tensor);
      if (!covers_all(input, tensor, body->rows, body->columns)) return false;
    }
    const View& output = op(reader).outputs[0];
    return covers_all(output, workload_.tensor(output.tensor), body->rows, body->columns) &&
           workload_.tensor(op(writer).outputs[0].tensor).order == DataOrder::row_major;
  }

  Anchor anchor(std::size_t index, std::size_t first) {
    Anchor result{index, {}};
    taken_[index] = true;
    if (!as_product(op(index))) return result;
    for (int next = only_reader(index, first);
         next >= 0 && can_follow(static_cast<std::size_t>(next), result.last());
         next = only_reader(result.last(), first)) {
      result.followers.push_back(static_cast<std::size_t>(next));
      taken_[static_cast<std::size_t>(next)] = true;
    }
    return result;
  }

  /// Adds softmax and AV to a group that is QK^T.
  void add_attention(Group& group) {
    const std::size_t first = group.anchors[0].op;
    const auto scores = as_product(op(first));
    if (!scores || scores->conv) return;
    const int softmax = only_reader(group.anchors[0].last(), first);
    if (softmax < 0) return;
    const auto* body = std::get_if<Softmax>(&op(static_cast<std::size_t>(softmax)).body);
    if (body == nullptr || body->rows != scores->entries() * scores->m ||
        body->columns != scores->n) {
      return;
    }
    const int values = only_reader(static_cast<std::size_t>(softmax), first);
    if (values < 0) return;
    const Op& value_op = op(static_cast<std::size_t>(values));
    const auto product = as_product(value_op);
    if (!product || product->conv || product->images != scores->images ||
        product->heads != scores->heads || product->m != scores->m || product->k != scores->n ||
        product->input.tensor != op(static_cast<std::size_t>(softmax)).outputs[0].tensor) {
      return;
    }
    group.anchors.push_back(anchor(static_cast<std::size_t>(softmax), first));
    group.anchors.push_back(anchor(static_cast<std::size_t>(values), first));
  }

  const Workload& workload_;
  const std::set<std::size_t>& apart_;
  std::vector<std::vector<std::size_t>> readers_;
  std::vector<std::vector<std::size_t>> writers_;
  std::vector<bool> taken_;
};

}  // namespace

std::vector<std::vector<std::size_t>> readers_of(const Workload& workload) {
  std::vector<std::vector<std::size_t>> readers(workload.tensors().size());
  for (std::size_t op = 0; op < workload.ops().size(); ++op) {
    for (const View& view : workload.ops()[op].inputs) {
      auto& list = readers[static_cast<std::size_t>(view.tensor)];
      if (list.empty() || list.back() != op) list.push_back(op);
    }
  }
  return readers;
}

std::vector<std::vector<std::size_t>> writers_of(const Workload& workload) {
  std::vector<std::vector<std::size_t>> writers(workload.tensors().size());
  for (std::size_t op = 0; op < workload.ops().size(); ++op) {
    for (const View& view : workload.ops()[op].outputs) {
      writers[static_cast<std::size_t>(view.tensor)].push_back(op);
    }
  }
  return writers;
}

std::vector<Group> make_groups(const Workload& workload, const std::set<std::size_t>& apart) {
  return Grouper(workload, apart).run();
}

}  // namespace saccade
