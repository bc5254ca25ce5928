#include "cost/systolic_registers.hpp"

#include <algorithm>
#include <cstddef>
#include <stdexcept>

namespace saccade::testing_registers {
namespace {

using std::int64_t;

/// A matrix that reads as zero beyond its edge: full folds compute with the padding.
struct Matrix {
  int64_t rows, columns;
  const std::vector<int64_t>* values;
  int64_t at(int64_t i, int64_t j) const {
    if (i >= rows || j >= columns) return 0;
    return (*values)[static_cast<std::size_t>(i * columns + j)];
  }
};

/// One fold. Output-stationary: rows x columns results from (row0, column0). Else rows of K and
/// columns of N of the held operand from there.
struct Fold {
  std::size_t job;
  Matrix a, b;
  int64_t row0, column0, rows, columns, stream;
  int64_t start_at, ready_at;
};

/// What enters at the edges, from a cycle on: fold `fold`, streamed or (held operand) loaded.
struct Feed {
  std::size_t fold;
  int64_t start;
  bool load;
};

/// Where results go; a trial run has none.
struct Sink {
  std::vector<std::vector<int64_t>>* products;
  std::vector<int64_t> widths;  ///< columns of each product
  int64_t last_cycle = -1;

  void add(std::size_t job, int64_t i, int64_t j, int64_t value, int64_t cycle) {
    last_cycle = cycle;
    const int64_t width = widths[job];
    const auto index = static_cast<std::size_t>(i * width + j);
    std::vector<int64_t>& product = (*products)[job];
    if (j < width && index < product.size()) product[index] += value;
  }
};

struct Word {
  bool valid = false;
  int64_t value = 0;
  int64_t index = 0;  ///< position in the stream; of a weight: the row where it stays
  std::size_t fold = 0;
};

/// What both kinds of array share: registers of R x C PEs, feeds, and the controller's trial runs.
class Array {
 public:
  Array(const SystolicArray& description, const std::vector<Fold>& folds)
      : description_(description),
        folds_(&folds),
        rows_(description.rows),
        columns_(description.columns),
        west_(static_cast<std::size_t>(rows_)),
        north_(static_cast<std::size_t>(columns_)) {}

  int64_t cycle() const { return cycle_; }
  int64_t pending() const { return pending_; }

 protected:
  std::size_t at(int64_t i, int64_t j) const { return static_cast<std::size_t>(i * columns_ + j); }
  const Fold& fold(std::size_t index) const { return (*folds_)[index]; }
  std::size_t pes() const { return static_cast<std::size_t>(rows_ * columns_); }

  /// Puts a word on an edge; false if another is there.
  static bool put(Word& edge, const Word& word) {
    if (edge.valid) return false;
    edge = word;
    return true;
  }
  void clear_edges() {
    std::fill(west_.begin(), west_.end(), Word{});
    std::fill(north_.begin(), north_.end(), Word{});
  }
  void finish_cycle() {
    ++cycle_;
    const auto done = [&](const Feed& feed) {
      const Fold& f = fold(feed.fold);
      return cycle_ > feed.start + f.stream + f.rows + f.columns;
    };
    feeds_.erase(std::remove_if(feeds_.begin(), feeds_.end(), done), feeds_.end());
  }

  SystolicArray description_;
  const std::vector<Fold>* folds_;
  int64_t rows_, columns_;
  std::vector<Word> west_, north_;
  std::vector<Feed> feeds_;
  int64_t cycle_ = 0;
  int64_t pending_ = 0;  ///< results of streaming folds that are not yet out
};

class OutputStationary : public Array {
 public:
  OutputStationary(const SystolicArray& description, const std::vector<Fold>& folds)
      : Array(description, folds), a_(pes()), b_(pes()), sum_(pes()), chain_(pes()) {}

  void feed(const Feed& feed) {
    feeds_.push_back(feed);
    pending_ += fold(feed.fold).rows * fold(feed.fold).columns;
  }

  /// One clock; false if a register was overwritten that was needed.
  bool step(Sink* sink) {
    if (!drive_edges()) return false;
    std::vector<Captured> next(pes());
    if (!shift(next, sink)) return false;
    for (int64_t i = rows_ - 1; i >= 0; --i) {
      for (int64_t j = columns_ - 1; j >= 0; --j) {
        if (!compute(i, j, next, sink)) return false;
      }
    }
    chain_ = std::move(next);
    finish_cycle();
    return true;
  }

 private:
  /// A result on its way out: in the PE's own register (readout shifted) or in the shadow one.
  struct Captured {
    bool full = false, moving = false;
    int64_t i = 0, j = 0, value = 0;
    std::size_t fold = 0;
  };

  bool drive_edges() {
    clear_edges();
    for (const Feed& feed : feeds_) {
      const Fold& f = fold(feed.fold);
      for (int64_t i = 0; i < f.rows; ++i) {
        const int64_t k = cycle_ - feed.start - i;
        if (k < 0 || k >= f.stream) continue;
        if (!put(west_[static_cast<std::size_t>(i)], {true, f.a.at(f.row0 + i, k), k, feed.fold})) {
          return false;
        }
      }
      for (int64_t j = 0; j < f.columns; ++j) {
        const int64_t k = cycle_ - feed.start - j;
        if (k < 0 || k >= f.stream) continue;
        if (!put(north_[static_cast<std::size_t>(j)],
                 {true, f.b.at(k, f.column0 + j), k, feed.fold})) {
          return false;
        }
      }
    }
    return true;
  }

  /// Moves what drains by one row: downwards, or upwards where the exit is short.
  bool shift(std::vector<Captured>& next, Sink* sink) {
    const int64_t step = description_.charge == FoldCharge::ragged_short_exit ? -1 : 1;
    for (int64_t i = 0; i < rows_; ++i) {
      for (int64_t j = 0; j < columns_; ++j) {
        const Captured& result = chain_[at(i, j)];
        if (!result.full) continue;
        const int64_t to = result.moving ? i + step : i;
        if (to < 0 || to >= rows_) {
          leave(result.fold, result.i, result.j, result.value, sink);
        } else if (next[at(to, j)].full) {
          return false;
        } else {
          next[at(to, j)] = result;
        }
      }
    }
    return true;
  }

  bool compute(int64_t i, int64_t j, std::vector<Captured>& next, Sink* sink) {
    const Word a = j == 0 ? west_[static_cast<std::size_t>(i)] : a_[at(i, j - 1)];
    const Word b = i == 0 ? north_[static_cast<std::size_t>(j)] : b_[at(i - 1, j)];
    a_[at(i, j)] = a;
    b_[at(i, j)] = b;
    if (!a.valid || !b.valid) return true;
    if (a.fold != b.fold || a.index != b.index) throw std::logic_error("operands do not meet");
    int64_t& sum = sum_[at(i, j)];
    sum = (a.index == 0 ? 0 : sum) + a.value * b.value;
    if (a.index < fold(a.fold).stream - 1) return true;
    return finished(i, j, a.fold, next, sink);
  }

  bool finished(int64_t i, int64_t j, std::size_t index, std::vector<Captured>& next, Sink* sink) {
    const int64_t sum = sum_[at(i, j)];
    const Readout readout = description_.readout;
    if (readout == Readout::in_place || readout == Readout::back_to_back) {
      leave(index, i, j, sum, sink);
      return true;
    }
    if (next[at(i, j)].full) return false;
    next[at(i, j)] = {true, false, i, j, sum, index};
    // A column of shadow registers moves when its lowest PE is done; without them all PEs are.
    const Fold& f = fold(index);
    const bool pipelined = readout == Readout::pipelined;
    if (i == f.rows - 1 && (pipelined || j == f.columns - 1)) {
      for (int64_t row = 0; row < f.rows; ++row) {
        for (int64_t column = pipelined ? j : 0; column <= j; ++column) {
          Captured& result = next[at(row, column)];
          // PEs of this step that are above are done before, those of other folds do not move.
          if (result.full && result.fold == index) result.moving = true;
        }
      }
    }
    return true;
  }

  void leave(std::size_t index, int64_t i, int64_t j, int64_t value, Sink* sink) {
    --pending_;
    const Fold& f = fold(index);
    if (sink != nullptr) sink->add(f.job, f.row0 + i, f.column0 + j, value, cycle_);
  }

  std::vector<Word> a_, b_;
  std::vector<int64_t> sum_;
  std::vector<Captured> chain_;
};

class WeightStationary : public Array {
 public:
  WeightStationary(const SystolicArray& description, const std::vector<Fold>& folds)
      : Array(description, folds),
        a_(pes()),
        load_(pes()),
        shadow_(pes()),
        weight_(pes()),
        sum_(pes()) {}

  void feed(const Feed& feed) {
    feeds_.push_back(feed);
    if (!feed.load) pending_ += fold(feed.fold).stream * fold(feed.fold).columns;
  }

  /// One clock; false if a weight was overwritten that was needed, or used before it was there.
  bool step(Sink* sink) {
    if (!drive_edges()) return false;
    for (int64_t i = rows_ - 1; i >= 0; --i) {
      for (int64_t j = columns_ - 1; j >= 0; --j) {
        if (!compute(i, j, sink) || !take_weight(i, j)) return false;
      }
    }
    finish_cycle();
    return true;
  }

 private:
  bool drive_edges() {
    clear_edges();
    for (const Feed& feed : feeds_) {
      const Fold& f = fold(feed.fold);
      for (int64_t i = 0; i < f.rows && !feed.load; ++i) {
        const int64_t t = cycle_ - feed.start - i;
        if (t < 0 || t >= f.stream) continue;
        if (!put(west_[static_cast<std::size_t>(i)], {true, f.a.at(t, f.row0 + i), t, feed.fold})) {
          return false;
        }
      }
      for (int64_t j = 0; j < f.columns && feed.load; ++j) {
        const int64_t row = cycle_ - feed.start - j;
        if (row < 0 || row >= f.rows) continue;
        if (!put(north_[static_cast<std::size_t>(j)],
                 {true, f.b.at(f.row0 + row, f.column0 + j), row, feed.fold})) {
          return false;
        }
      }
    }
    return true;
  }

  /// An activation goes east, a partial sum south.
  bool compute(int64_t i, int64_t j, Sink* sink) {
    const Word a = j == 0 ? west_[static_cast<std::size_t>(i)] : a_[at(i, j - 1)];
    Word sum = i == 0 ? Word{} : sum_[at(i - 1, j)];
    a_[at(i, j)] = a;
    if (a.valid && j < fold(a.fold).columns) {
      // The first activation of a fold brings its weight from the shadow register. An array
      // without shadow registers loads into an empty array, where one register plays both.
      Word& shadow = shadow_[at(i, j)];
      if (a.index == 0) {
        if (!shadow.valid || shadow.fold != a.fold) return false;
        weight_[at(i, j)] = shadow.value;
        shadow.valid = false;
      }
      if (i == 0) sum = {true, 0, a.index, a.fold};
      if (!sum.valid || sum.fold != a.fold || sum.index != a.index) {
        throw std::logic_error("partial sums do not meet their activation");
      }
      sum.value += a.value * weight_[at(i, j)];
    }
    sum_[at(i, j)] = sum;
    if (sum.valid) tap(i, j, sink);
    return true;
  }

  /// A partial sum is out when it is in the register of the last row or, tapped, of the last in
  /// use.
  void tap(int64_t i, int64_t j, Sink* sink) {
    Word& sum = sum_[at(i, j)];
    const Fold& f = fold(sum.fold);
    const bool tapped = description_.charge == FoldCharge::ragged_short_exit;
    if (i != (tapped ? f.rows - 1 : rows_ - 1)) return;
    --pending_;
    if (sink != nullptr) sink->add(f.job, sum.index, f.column0 + j, sum.value, cycle_);
    sum.valid = false;
  }

  /// Weights go south one row a cycle, each until the row that keeps it.
  bool take_weight(int64_t i, int64_t j) {
    const Word word = i == 0 ? north_[static_cast<std::size_t>(j)] : load_[at(i - 1, j)];
    load_[at(i, j)] = word;
    if (!word.valid || word.index != i) return true;
    if (shadow_[at(i, j)].valid) return false;
    shadow_[at(i, j)] = word;
    load_[at(i, j)].valid = false;
    return true;
  }

  std::vector<Word> a_, load_, shadow_;
  std::vector<int64_t> weight_;
  std::vector<Word> sum_;
};

/// Whether a feed may start now: a copy of the array runs until nothing of it is left.
template <class Machine>
bool fits(Machine machine, const Feed& feed, const Fold& fold, const SystolicArray& array) {
  machine.feed(feed);
  const int64_t cycles = fold.stream + 2 * (array.rows + array.columns);
  for (int64_t i = 0; i < cycles; ++i) {
    if (!machine.step(nullptr)) return false;
  }
  return true;
}

/// The controller: runs until the feed may start, then starts it.
template <class Machine>
void start(Machine& machine, std::size_t index, const Fold& fold, const SystolicArray& array,
           bool load, int64_t not_before, bool wait_for_results, Sink& sink) {
  while (machine.cycle() < not_before || (wait_for_results && machine.pending() > 0) ||
         !fits(machine, {index, machine.cycle(), load}, fold, array)) {
    if (!machine.step(&sink)) throw std::logic_error("a fold was started that does not fit");
  }
  machine.feed({index, machine.cycle(), load});
}

template <class Machine>
void drain(Machine& machine, Sink& sink) {
  while (machine.pending() > 0) {
    if (!machine.step(&sink)) throw std::logic_error("a fold was started that does not fit");
  }
}

/// Folds of a job: extents of rows and columns cut into pieces of the array's size.
void add_folds(const SystolicArray& array, std::size_t number, const Job& job,
               std::vector<Fold>& folds) {
  const bool os = array.dataflow == Dataflow::output_stationary;
  const Matrix a{job.m, job.k, &job.a};
  const Matrix b{job.k, job.n, &job.b};
  const int64_t row_extent = os ? job.m : job.k;
  const auto piece = [&](int64_t from, int64_t extent, int64_t size) {
    return array.charge == FoldCharge::full ? size : std::min(size, extent - from);
  };
  const auto add = [&](int64_t row, int64_t column) {
    folds.push_back({number, a, b, row, column, piece(row, row_extent, array.rows),
                     piece(column, job.n, array.columns), os ? job.k : job.m, job.start_at,
                     job.ready_at});
  };
  if (os) {
    for (int64_t row = 0; row < row_extent; row += array.rows) {
      for (int64_t column = 0; column < job.n; column += array.columns) add(row, column);
    }
  } else {
    for (int64_t column = 0; column < job.n; column += array.columns) {
      for (int64_t row = 0; row < row_extent; row += array.rows) add(row, column);
    }
  }
}

std::vector<int64_t> transposed(const std::vector<int64_t>& x, int64_t rows, int64_t columns) {
  std::vector<int64_t> y;
  y.reserve(x.size());
  for (int64_t j = 0; j < columns; ++j) {
    for (int64_t i = 0; i < rows; ++i) y.push_back(x[static_cast<std::size_t>(i * columns + j)]);
  }
  return y;
}

/// Input-stationary: (A B)^T = B^T A^T, whose right operand is held.
SequenceResult run_transposed(SystolicArray array, const std::vector<Job>& jobs) {
  array.dataflow = Dataflow::weight_stationary;
  std::vector<Job> turned;
  for (const Job& job : jobs) {
    turned.push_back({job.n, job.m, job.k, transposed(job.b, job.k, job.n),
                      transposed(job.a, job.m, job.k), job.start_at, job.ready_at});
  }
  SequenceResult result = run_sequence(array, turned);
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    result.products[i] = transposed(result.products[i], jobs[i].n, jobs[i].m);
  }
  return result;
}

}  // namespace

SequenceResult run_sequence(const SystolicArray& array, const std::vector<Job>& jobs) {
  if (array.dataflow == Dataflow::input_stationary) return run_transposed(array, jobs);
  SequenceResult result{};
  Sink sink{&result.products, {}, -1};
  std::vector<Fold> folds;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    result.products.emplace_back(static_cast<std::size_t>(jobs[i].m * jobs[i].n), 0);
    sink.widths.push_back(jobs[i].n);
    add_folds(array, i, jobs[i], folds);
  }
  if (array.dataflow == Dataflow::output_stationary) {
    const bool serial = array.readout == Readout::in_place || array.readout == Readout::shifted;
    OutputStationary machine(array, folds);
    for (std::size_t i = 0; i < folds.size(); ++i) {
      start(machine, i, folds[i], array, false, folds[i].start_at, serial, sink);
    }
    drain(machine, sink);
  } else {
    const bool serial = !array.double_buffered_weights;
    WeightStationary machine(array, folds);
    for (std::size_t i = 0; i < folds.size(); ++i) {
      const Fold& fold = folds[i];
      const int64_t load_at = serial ? std::max(fold.start_at, fold.ready_at) : fold.ready_at;
      start(machine, i, fold, array, true, load_at, serial, sink);
      start(machine, i, fold, array, false, fold.start_at, false, sink);
    }
    drain(machine, sink);
  }
  result.cycles = sink.last_cycle + 1;
  return result;
}

Result run(const SystolicArray& array, int64_t m, int64_t n, int64_t k,
           const std::vector<int64_t>& a, const std::vector<int64_t>& b) {
  SequenceResult result = run_sequence(array, {Job{m, n, k, a, b}});
  return {std::move(result.products.front()), result.cycles};
}

}  // namespace saccade::testing_registers
