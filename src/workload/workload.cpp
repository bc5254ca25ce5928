#include "workload/workload.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "base/overload.hpp"
#include "workload/dimensions.hpp"

namespace saccade {
namespace {

/// The largest product of extents that the op makes, as a double so that it cannot overflow.
double largest_product(const Body& body) {
  const auto real = [](std::int64_t value) { return static_cast<double>(value); };
  return std::visit(
      Overload{[&](const MatMul& op) {
                 const double images = real(op.images) * real(op.heads);
                 return images * real(op.m) * real(op.n) * real(op.k);
               },
               [&](const Conv2d& op) {
                 const double input = real(op.images) * real(op.in_height) * real(op.in_width);
                 const double kernel = real(op.kernel_height) * real(op.kernel_width);
                 const double pixels =
                     real(op.images) * real(op.out_height()) * real(op.out_width());
                 return std::max(input * real(op.in_channels), pixels * real(op.out_channels) *
                                                                   kernel * real(op.in_channels) /
                                                                   real(op.groups));
               },
               [&](const Reduce& op) { return real(op.images) * real(op.rows) * real(op.columns); },
               [&](const Resample& op) {
                 const double in = real(op.in_height) * real(op.in_width);
                 const double out = real(op.out_height) * real(op.out_width);
                 return real(op.images) * real(op.channels) * std::max(in, out);
               },
               [&](const Gather& op) {
                 return real(std::max(op.rows_in, op.rows_out)) * real(op.columns);
               },
               [&](const Decide& op) { return real(op.elements); },
               [&](const auto& op) { return real(op.rows) * real(op.columns); }},
      body);
}

constexpr double kMaxSum = 1e18;  ///< MACs of a whole workload

class Checker {
 public:
  Checker(const std::string& source, const std::vector<Tensor>& tensors, const std::vector<Op>& ops)
      : source_(source), tensors_(tensors), ops_(ops), states_(tensors.size()) {}

  /// Throws UserError with all mistakes.
  void check(const std::string& name, int images) {
    check_name("", name);
    if (images < 1 || images > 1'000'000) {
      mistakes_.add(source_, "", fmt::format("has {} images, expected 1 to 1000000", images));
    }
    if (ops_.empty()) mistakes_.add(source_, "/ops", "has no ops, expected at least one");
    for (std::size_t i = 0; i < tensors_.size(); ++i) check_tensor(i);
    mistakes_.check();  // views and orders of broken tensors say nothing
    for (std::size_t i = 0; i < ops_.size(); ++i) check_op(i);
    mistakes_.check();
  }

 private:
  struct State {
    int first_reader = -1;  ///< op
    bool written = false;
    bool decision = false;  ///< written by a Decide
  };

  template <class... T>
  void fail(const std::string& pointer, const char* format, T&&... values) {
    mistakes_.add(source_, pointer, fmt::format(fmt::runtime(format), std::forward<T>(values)...));
  }

  void check_name(const std::string& at, const std::string& name) {
    const auto control = [](unsigned char c) { return c < ' '; };
    if (name.empty() || std::any_of(name.begin(), name.end(), control)) {
      fail(at, "has the name '{}', expected text on one line", name);
    }
  }

  void check_tensor(std::size_t index) {
    const Tensor& tensor = tensors_[index];
    const std::string at = fmt::format("/tensors/{}", index);
    check_name(at, tensor.name);
    if (!tensor_names_.insert(tensor.name).second) {
      fail(at, "tensor '{}' stands twice, expected unique names", tensor.name);
    }
    if (const auto mistake = shape_mistake(tensor)) {
      mistakes_.add(source_, at, *mistake);
      return;
    }
    if (tensor.bits < 1 || tensor.bits > 64) {
      fail(at, "tensor '{}' has {} bits, expected 1 to 64", tensor.name, tensor.bits);
    }
    const auto axes = static_cast<int>(tensor.shape.size());
    const Encoding& code = tensor.encoding;
    if (code.axis < 0 || code.axis >= axes || !(code.ratio > 0.0 && code.ratio <= 16.0)) {
      fail(at, "tensor '{}' has encoding axis {} and ratio {}, expected 0 to {} and above 0 to 16",
           tensor.name, code.axis, code.ratio, axes - 1);
    }
    check_density(tensor, at);
  }

  void check_density(const Tensor& tensor, const std::string& at) {
    if (const auto* structured = std::get_if<StructuredData>(&tensor.density)) {
      if (structured->n < 1 || structured->m < structured->n) {
        fail(at, "tensor '{}' keeps {} of every {}, expected 1 <= n <= m", tensor.name,
             structured->n, structured->m);
      }
    } else if (const auto* masked = std::get_if<MaskedData>(&tensor.density)) {
      std::int64_t left = tensor.elements();
      bool good = !masked->kept.empty();
      for (const std::int64_t kept : masked->kept) {
        good = good && kept >= 0 && kept <= left;
        left -= good ? kept : 0;
      }
      if (!good) {
        fail(at, "tensor '{}' keeps {} entries, expected counts of together at most {}",
             tensor.name, fmt::join(masked->kept, ", "), tensor.elements());
      }
    } else if (const auto* banded = std::get_if<BandedData>(&tensor.density)) {
      if (banded->radius < 0 || banded->globals < 0) {
        fail(at, "tensor '{}' has band radius {} and {} globals, expected 0 or more", tensor.name,
             banded->radius, banded->globals);
      }
    }
  }

  void check_op(std::size_t index) {
    const Op& op = ops_[index];
    at_ = fmt::format("/ops/{}", index);
    check_name(at_, op.name);
    if (!op_names_.insert(op.name).second) {
      fail(at_, "op '{}' stands twice, expected unique names", op.name);
    }
    const bool good_sizes = check_sizes(op);
    const std::size_t count = operand_count(op);
    if (op.inputs.size() < count || op.inputs.empty()) {
      fail(at_, "op '{}' ({}) has {} inputs, expected at least {}", op.name, kind_name(op.body),
           op.inputs.size(), std::max<std::size_t>(count, 1));
    }
    if (op.outputs.size() != 1) {
      fail(at_, "op '{}' has {} outputs, expected 1", op.name, op.outputs.size());
    }
    for (std::size_t i = 0; i < op.inputs.size(); ++i) {
      const View& view = op.inputs[i];
      const std::string what = fmt::format("input {}", i);
      if (!known(op, view, what)) continue;
      if (i >= count && !state(view).decision) {
        fail(at_, "op '{}' ({}) has {} operands, so its input {} must be the outcome of a decision",
             op.name, kind_name(op.body), count, i);
      } else if (good_sizes) {
        check_view(op, view, input_extent(op, i, tensor(view)), what);
      }
      check_read(static_cast<int>(index), view);
    }
    for (const View& view : op.outputs) {
      if (!known(op, view, "output")) continue;
      if (good_sizes) check_view(op, view, output_extent(op, tensor(view)), "output");
      check_write(op, view);
    }
  }

  /// Every extent within its bounds, kernels within their images, products within theirs.
  bool check_sizes(const Op& op) {
    const std::size_t before = mistakes_.size();
    std::visit(
        [&](const auto& body) {
          for (const auto& dimension : dimensions(body)) {
            const std::int64_t value = body.*dimension.member;
            if (value < dimension.min || value > kMaxExtent) {
              fail(at_, "op '{}' has {} = {}, expected {} to {}", op.name, dimension.name, value,
                   dimension.min, kMaxExtent);
            }
          }
        },
        op.body);
    if (mistakes_.size() == before) {
      if (const auto* conv = std::get_if<Conv2d>(&op.body)) check_conv(op, *conv);
    }
    if (mistakes_.size() == before && largest_product(op.body) > static_cast<double>(kMaxProduct)) {
      fail(at_, "op '{}' is too large, expected at most {} elements and MACs", op.name,
           kMaxProduct);
    }
    if (mistakes_.size() == before) check_sum(op);
    return mistakes_.size() == before;
  }

  /// The MACs of all ops together fit an integer.
  void check_sum(const Op& op) {
    const bool fitted = macs_ <= kMaxSum;
    macs_ += static_cast<double>(saccade::macs(op.body));
    if (fitted && macs_ > kMaxSum) {
      fail(at_, "with op '{}' the workload has more than {:g} MACs", op.name, kMaxSum);
    }
  }

  void check_conv(const Op& op, const Conv2d& conv) {
    if (conv.kernel_height > conv.in_height + 2 * conv.padding ||
        conv.kernel_width > conv.in_width + 2 * conv.padding) {
      fail(at_, "op '{}' has a kernel of {} x {}, expected at most the padded image", op.name,
           conv.kernel_height, conv.kernel_width);
    }
    if (conv.in_channels % conv.groups != 0 || conv.out_channels % conv.groups != 0) {
      fail(at_, "op '{}' has {} groups, expected a divisor of {} and {} channels", op.name,
           conv.groups, conv.in_channels, conv.out_channels);
    }
  }

  bool known(const Op& op, const View& view, const std::string& what) {
    if (view.tensor >= 0 && static_cast<std::size_t>(view.tensor) < tensors_.size()) return true;
    fail(at_, "op '{}': its {} is tensor {}, expected 0 to {}", op.name, what, view.tensor,
         static_cast<std::int64_t>(tensors_.size()) - 1);
    return false;
  }

  /// Every batch entry of the view lies inside its tensor.
  void check_view(const Op& op, const View& view, const Extent& extent, const std::string& what) {
    for (const std::int64_t value :
         {view.row, view.column, view.image_rows, view.head_rows, view.head_columns}) {
      if (value < 0 || value > kMaxExtent) {
        fail(at_, "op '{}': its {} has an offset or step of {}, expected 0 to {}", op.name, what,
             value, kMaxExtent);
        return;
      }
    }
    const Tensor& whole = tensor(view);
    const std::int64_t images = extent.images - 1;
    const std::int64_t heads = extent.heads - 1;
    const std::int64_t rows =
        view.row + images * view.image_rows + heads * view.head_rows + extent.rows;
    const std::int64_t columns = view.column + heads * view.head_columns + extent.columns;
    if (rows > whole.rows() || columns > whole.columns()) {
      fail(at_,
           "op '{}' ({}): its {} reaches to row {} and column {} of tensor '{}', which is {} x {}",
           op.name, kind_name(op.body), what, rows, columns, whole.name, whole.rows(),
           whole.columns());
    }
    const auto* decide = std::get_if<Decide>(&op.body);
    if (decide != nullptr && what == "input 0" && decide->elements > extent.rows * extent.columns) {
      fail(at_, "op '{}' decides over {} values, but tensor '{}' has {}", op.name, decide->elements,
           whole.name, extent.rows * extent.columns);
    }
  }

  void check_read(int index, const View& view) {
    State& now = state(view);
    const TensorKind kind = tensor(view).kind;
    const bool given = kind == TensorKind::parameter || kind == TensorKind::network_input;
    if (!given && !now.written) {
      fail(at_, "op '{}' reads tensor '{}' before any op wrote it",
           ops_[static_cast<std::size_t>(index)].name, tensor(view).name);
    }
    if (now.first_reader < 0) now.first_reader = index;
  }

  void check_write(const Op& op, const View& view) {
    State& now = state(view);
    const TensorKind kind = tensor(view).kind;
    if (kind == TensorKind::parameter || kind == TensorKind::network_input) {
      fail(at_, "op '{}' writes tensor '{}', which is a parameter or the network's input", op.name,
           tensor(view).name);
    }
    if (now.first_reader >= 0) {
      fail(at_, "op '{}' writes tensor '{}' after op '{}' read it, expected all writers before",
           op.name, tensor(view).name, ops_[static_cast<std::size_t>(now.first_reader)].name);
    }
    now.written = true;
    now.decision = std::holds_alternative<Decide>(op.body);
  }

  const Tensor& tensor(const View& view) const {
    return tensors_[static_cast<std::size_t>(view.tensor)];
  }
  State& state(const View& view) { return states_[static_cast<std::size_t>(view.tensor)]; }

  const std::string& source_;
  const std::vector<Tensor>& tensors_;
  const std::vector<Op>& ops_;
  std::vector<State> states_;
  std::set<std::string> tensor_names_;
  std::set<std::string> op_names_;
  double macs_ = 0.0;  ///< of the ops so far
  std::string at_;     ///< pointer of the op under test
  Mistakes mistakes_;
};

}  // namespace

std::optional<std::string> shape_mistake(const Tensor& tensor) {
  double elements = 1.0;
  bool good = !tensor.shape.empty() && tensor.shape.size() <= 8;
  for (const std::int64_t extent : tensor.shape) {
    good = good && extent >= 1 && extent <= kMaxExtent;
    elements *= static_cast<double>(extent);
  }
  if (good && elements <= static_cast<double>(kMaxProduct)) return std::nullopt;
  return fmt::format(
      "tensor '{}' has shape {}, expected 1 to 8 extents from 1 to {} and at most {} elements",
      tensor.name, fmt::join(tensor.shape, " x "), kMaxExtent, kMaxProduct);
}

Workload::Workload(std::string name, int images, std::vector<Tensor> tensors, std::vector<Op> ops,
                   const std::string& source)
    : name_(std::move(name)), images_(images), tensors_(std::move(tensors)), ops_(std::move(ops)) {
  Checker(source, tensors_, ops_).check(name_, images_);
}

std::int64_t Workload::macs() const {
  std::int64_t sum = 0;
  for (const Op& op : ops_) sum += saccade::macs(op.body);
  return sum;
}

std::int64_t Workload::parameters() const {
  std::set<TensorId> used;
  std::int64_t sum = 0;
  for (const Op& op : ops_) {
    for (const View& view : op.inputs) {
      if (tensor(view.tensor).kind == TensorKind::parameter && used.insert(view.tensor).second) {
        sum += tensor(view.tensor).elements();
      }
    }
  }
  return sum;
}

}  // namespace saccade
