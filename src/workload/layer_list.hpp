// Lists of layers as CSV: short ones that chain layers by convention, and complete ones.
#pragma once
#include <string>
#include <vector>

#include "base/csv.hpp"
#include "workload/workload.hpp"

namespace saccade {

/// The columns that every list has: name, kind, sizes (a product of M x K by K x N per batch entry;
/// a convolution's geometry), MACs and parameters.
const std::vector<std::string>& layer_columns();

/// Reads a list of layers. With a column `spec` it is complete: each row's spec is the JSON of an
/// op, of a tensor (op "tensor") or of the workload (op "workload", as {"images": 1}), and an op's
/// other columns must agree with it. Without, layers are chained as read_layer_chain says. Throws
/// UserError with lines and columns.
Workload read_layer_list(const std::string& text, const std::string& file);

/// A list of one image's layers without `spec`; its tensors have 8 bits, sums and biases 32, norms
/// 16. Every layer reads the output of the one before, but that
/// * conv, dwconv: the first one reads the image; the padding is the smallest that gives Ho x Wo;
/// * gemm reads the newest tensor of K columns and at least M rows: its first row if M is 1 (the
///   class token), else its last M rows (the patches);
/// * attn_qk reads q and k, and attn_sv v, from the newest tensor of 3*batch*K columns (q, then k,
///   then v of all heads, `batch` of them) and M rows;
/// * add with params adds a tensor of parameters, otherwise what the latest layernorm read (the
///   residual);
/// * layernorm reads the newest tensor of M elements.
/// M is the number of elements for layers without MACs. Params beyond the weights are a bias of N,
/// or 2 N of a folded batch norm. A name "b3.x" puts a layer into block 3; names that repeat are
/// numbered. `name` is the workload's.
Workload read_layer_chain(const CsvTable& table, const std::string& name);

/// The complete form, with spec; reading it gives the same workload.
std::string export_csv(const Workload& workload);

}  // namespace saccade
