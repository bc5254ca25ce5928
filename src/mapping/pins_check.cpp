// Pins against the workload and the accelerator that they are for.
#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "mapping/groups.hpp"
#include "mapping/pins.hpp"
#include "mapping/product.hpp"
#include "mapping/row_op.hpp"

namespace saccade {
namespace {

class PinCheck {
 public:
  PinCheck(const MappingPins& pins, const Workload& workload, const std::vector<int>& engines,
           const Accelerator& accelerator)
      : pins_(pins), workload_(workload), engines_(engines), accelerator_(accelerator) {}

  void run() {
    std::vector<std::string> names;
    for (const Op& op : workload_.ops()) names.push_back(op.name);
    for (const auto& item : pins_.ops) {
      if (item.first == "*") continue;
      const auto found = std::find(names.begin(), names.end(), item.first);
      if (found == names.end()) {
        fail("/ops/" + pointer_token(item.first),
             fmt::format("is no op of {}{}", workload_.name(), did_you_mean(item.first, names)));
      }
    }
    std::vector<std::string> tensors;
    for (const Tensor& tensor : workload_.tensors()) tensors.push_back(tensor.name);
    for (const auto& item : pins_.on_chip) {
      if (std::count(tensors.begin(), tensors.end(), item.first) > 0) continue;
      fail(
          "/tensors/" + pointer_token(item.first),
          fmt::format("is no tensor of {}{}", workload_.name(), did_you_mean(item.first, tensors)));
    }
    check_groups();
    for (std::size_t i = 0; i < names.size(); ++i) {
      const auto product = as_product(workload_.ops()[i]);
      const bool named = pins_.ops.count(names[i]) > 0;
      const std::string pointer = "/ops/" + (named ? pointer_token(names[i]) : "*");
      const Pins& pins = pins_.of(names[i]);
      if (product)
        check(pointer, names[i], pins, *product, i);
      else if (named)
        check_rows(pointer, pins, row_op(workload_, workload_.ops()[i]));
    }
    mistakes_.check();
  }

 private:
  /// Says it once, however many ops "*" stands for.
  void fail(const std::string& pointer, const std::string& what) {
    const auto said = [&](const Mistake& mistake) {
      return mistake.pointer == pointer && mistake.message == what;
    };
    const auto& list = mistakes_.list();
    if (list.size() >= 32 || std::any_of(list.begin(), list.end(), said)) return;
    mistakes_.add(pins_.file, pointer, what);
  }

  /// Ops that run on the tiles of others have none of their own; attention begins with QK^T.
  void check_groups() {
    const auto named = [this](std::size_t op) { return pins_.ops.find(workload_.ops()[op].name); };
    for (const Group& group : make_groups(workload_, {})) {
      for (const Anchor& anchor : group.anchors) {
        const std::string& name = workload_.ops()[anchor.op].name;
        for (const std::size_t follower : anchor.followers) {
          if (named(follower) == pins_.ops.end()) continue;
          fail("/ops/" + pointer_token(workload_.ops()[follower].name),
               fmt::format("runs on the tiles of {}, expected pins of that op", name));
        }
        const auto pins = named(anchor.op);
        const bool begins = group.anchors.size() > 1 && anchor.op == group.anchors[0].op;
        if (pins == pins_.ops.end() || begins || !pins->second.fused.value_or(false)) continue;
        fail("/ops/" + pointer_token(name) + "/fused",
             "is true, expected that of QK^T of an attention only");
      }
    }
  }

  /// All rows pass, for all columns or, where the op allows it, for some of them after the others.
  void check_rows(const std::string& pointer, const Pins& pins, const RowOp& form) {
    const bool one = pins.loops.size() == 1 && pins.loops[0].dim == Dim::m;
    const bool two =
        pins.loops.size() == 2 && pins.loops[0].dim == Dim::n && pins.loops[1].dim == Dim::m;
    if (!pins.loops.empty() && !one && !(form.columns_apart && two)) {
      fail(pointer + "/loops",
           fmt::format("belong to an op that is no product, expected one loop over m{}",
                       form.columns_apart ? ", or one over n and one over m" : ""));
    }
    if (pins.tile_n && *pins.tile_n < form.output_columns && !form.columns_apart) {
      fail(pointer + "/tile/n", fmt::format("is {}, expected the {} columns of a row: they come "
                                            "together",
                                            *pins.tile_n, form.output_columns));
    }
  }

  void check(const std::string& pointer, const std::string& name, const Pins& pins,
             const Product& product, std::size_t op) {
    const EnginePool& engine = accelerator_.engines[static_cast<std::size_t>(engines_[op])];
    check_loops(pointer, name, pins, product);
    const std::int64_t pes = engine_pes(engine.kind);
    if (pins.split && pins.split->pes() > pes) {
      fail(pointer + "/split", fmt::format("takes {} PEs, expected at most the {} of {}",
                                           pins.split->pes(), pes, engine.name));
    }
    const std::int64_t chunk = pins.loops.empty() ? pins.tile_k.value_or(product.k)
                                                  : Nest{{1, 1, product.k}, pins.loops}.tile().k;
    if (pins.split && pins.split->k > 1 && !engine.network) {
      fail(pointer + "/split/k", fmt::format("is {}, expected 1: {} has no network over which its "
                                             "PEs could add up their sums",
                                             pins.split->k, engine.name));
    } else if (pins.split && pins.split->k > 1 && chunk < product.k) {
      fail(pointer + "/split/k", fmt::format("is {}, expected 1 with tiles of {} of the {} of {}",
                                             pins.split->k, chunk, product.k, name));
    }
    const std::int64_t taps =
        product.conv ? product.conv->kernel_height * product.conv->kernel_width : 1;
    if (std::holds_alternative<VectorMac>(engine.kind) && chunk < product.k && chunk % taps != 0) {
      fail(pointer + (pins.loops.empty() ? "/tile/k" : "/loops"),
           fmt::format("cuts k into chunks of {}, expected some channels of all {} taps", chunk,
                       taps));
    }
    if (pins.at_once.value_or(1) > 1 && !std::holds_alternative<VectorMac>(engine.kind)) {
      fail(pointer + "/entries_at_once",
           fmt::format("is {}, expected 1: {} has no PEs to share entries out to", *pins.at_once,
                       engine.name));
    } else if (pins.at_once && *pins.at_once > product.heads) {
      fail(pointer + "/entries_at_once",
           fmt::format("is {}, expected at most the {} of {}", *pins.at_once, product.heads, name));
    }
    const EngineStorage& storage = engine.storage;
    const bool parameter = workload_.tensor(product.weight.tensor).kind == TensorKind::parameter;
    check_holds(pointer + "/input", pins, pins.input, storage.input);
    check_holds(pointer + "/weight", pins, pins.weight,
                parameter ? storage.weight : storage.dynamic_weight);
  }

  /// Steps of one dimension are multiples of those inside of them; k is innermost.
  void check_loops(const std::string& pointer, const std::string& name, const Pins& pins,
                   const Product& product) {
    const GemmTile size = {product.m, product.n, product.k};
    for (std::size_t i = 0; i < pins.loops.size(); ++i) {
      const Loop& loop = pins.loops[i];
      const std::string at = fmt::format("{}/loops/{}", pointer, i);
      if (loop.tile > extent(size, loop.dim)) {
        fail(at + "/step", fmt::format("is {}, expected at most the {} of {}", loop.tile,
                                       extent(size, loop.dim), name));
      }
      if (loop.dim == Dim::k && i + 1 != pins.loops.size()) {
        fail(at, "is over k, expected that loop innermost: sums stay until they are complete");
      }
      check_step(at + "/step", pins.loops, i, product.conv ? product.conv->out_width() : 1);
    }
  }

  /// A tile of less than a line never spans two, so that blocks of such tiles are whole lines,
  /// which no tile need divide.
  void check_step(const std::string& at, const std::vector<Loop>& loops, std::size_t i,
                  std::int64_t line) {
    const Loop& loop = loops[i];
    const auto same = [&](const Loop& other) { return other.dim == loop.dim; };
    const std::int64_t tile = std::find_if(loops.rbegin(), loops.rend(), same)->tile;
    const bool in_lines = loop.dim == Dim::m && tile < line;
    if (in_lines && loop.tile > tile && loop.tile % line != 0) {
      fail(at, fmt::format("is {}, expected whole lines of {} pixels around tiles of less",
                           loop.tile, line));
    }
    const auto outer =
        std::find_if(loops.rend() - static_cast<std::ptrdiff_t>(i), loops.rend(), same);
    if (outer == loops.rend() || (in_lines && outer->tile % line == 0)) return;
    if (outer->tile % loop.tile != 0) {
      fail(at, fmt::format("is {}, expected a divisor of the {} of the loop outside", loop.tile,
                           outer->tile));
    }
  }

  void check_holds(const std::string& pointer, const Pins& pins, const std::vector<Hold>& holds,
                   const std::vector<BufferId>& way) {
    if (holds.empty()) return;
    std::vector<std::string> names;
    bool same = holds.size() == way.size();
    for (std::size_t i = 0; i < way.size(); ++i) {
      names.push_back(accelerator_.buffers[static_cast<std::size_t>(way[i])].name);
      same = same && holds[i].buffer == way[i];
    }
    if (!same)
      fail(pointer, fmt::format("expected the way of this operand: {}", comma_list(names)));
    const bool all =
        std::all_of(holds.begin(), holds.end(), [](const Hold& hold) { return hold.inside == 0; });
    if (pins.loops.empty() && !all) {
      fail(pointer, "says what loops lie outside, expected 'loops' as well");
      return;
    }
    for (std::size_t i = 0; i < holds.size(); ++i) {
      if (holds[i].inside <= pins.loops.size()) continue;
      fail(fmt::format("{}/{}/inside", pointer, i),
           fmt::format("is {}, expected at most the {} loops", holds[i].inside, pins.loops.size()));
    }
  }

  const MappingPins& pins_;
  const Workload& workload_;
  const std::vector<int>& engines_;
  const Accelerator& accelerator_;
  Mistakes mistakes_;
};

}  // namespace

void check_pins(const MappingPins& pins, const Workload& workload, const std::vector<int>& engines,
                const Accelerator& accelerator) {
  PinCheck(pins, workload, engines, accelerator).run();
}

}  // namespace saccade
