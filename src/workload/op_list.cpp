#include "workload/op_list.hpp"

#include "workload/dimensions.hpp"
#include "workload/op_list_fields.hpp"

namespace saccade {
namespace {

using Size = std::int64_t;

/// A field per size of the op.
template <class B>
Record<B> body_record(const std::string& title) {
  Record<B> record(title);
  for (const Dimension<B>& size : dimensions(B{})) {
    const Type<Size> type = integer<Size>(size.min, kMaxExtent);
    if (size.required) {
      record.field(size.name, size.member, type, size.help);
    } else {
      record.field(size.name, size.member, type, size.help, B{}.*size.member);
    }
  }
  return record;
}

/// The same and what products share.
template <class B>
Record<B> product_record(const std::string& title) {
  return body_record<B>(title)
      .field("bias", &B::bias, boolean(), "whether a third input is added to the sums", false)
      .field("accumulator_bits", &B::accumulator_bits, integer<int>(1, 64), "bits of the sums", 32)
      .field("requantise", &B::requantise, boolean(),
             "whether sums leave with the bits of the output tensor", true);
}

/// The same and how nonlinear functions are computed.
template <class B>
Record<B> with_nonlinear(Record<B> record) {
  return record.field("nonlinear", &B::nonlinear, choice<Nonlinear>(nonlinears()),
                      "exact, or by polynomials", Nonlinear::exact);
}

Type<Body> body_type() {
  return Tagged<Body>("kind")
      .add("matmul", product_record<MatMul>("a matrix product"))
      .add("conv2d", product_record<Conv2d>("a convolution"))
      .add("softmax", with_nonlinear(body_record<Softmax>("a softmax over rows")))
      .add("norm",
           body_record<Norm>("a norm").field("norm", &Norm::kind, choice<NormKind>(op_list::norms),
                                             "over each row, or per column"))
      .add("elementwise", with_nonlinear(body_record<Elementwise>("a function of each element"))
                              .field("function", &Elementwise::function,
                                     choice<ElementFunction>(element_functions()), "the function"))
      .add("reduce", body_record<Reduce>("a reduction over rows")
                         .field("function", &Reduce::function,
                                choice<ReduceFunction>(op_list::reductions), "the function"))
      .add("resample", body_record<Resample>("pooling and resizing")
                           .field("function", &Resample::function,
                                  choice<ResampleFunction>(resample_functions()), "the function"))
      .add("gather", body_record<Gather>("a choice of rows"))
      .add("layout", body_record<LayoutChange>("another order in memory"))
      .add("decide",
           body_record<Decide>("a decision")
               .field("function", &Decide::function, choice<DecideFunction>(decide_functions()),
                      "how it is made", DecideFunction::threshold))
      .type();
}

Type<Density> density_type() {
  constexpr int max = std::numeric_limits<int>::max();
  return Tagged<Density>("kind")
      .add("dense", Record<DenseData>("every entry"))
      .add("structured", Record<StructuredData>("n of every m entries")
                             .field("n", &StructuredData::n, integer<int>(1, max), "entries kept")
                             .field("m", &StructuredData::m, integer<int>(1, max), "entries"))
      .add("masked", Record<MaskedData>("entries of a mask")
                         .field("kept", &MaskedData::kept, list(integer<Size>(0, kMaxProduct), 1),
                                "entries kept per head"))
      .add("banded", Record<BandedData>("a band around the diagonal")
                         .field("radius", &BandedData::radius, integer<Size>(0, kMaxExtent),
                                "entries on each side of the diagonal")
                         .field("globals", &BandedData::globals, integer<Size>(0, kMaxExtent),
                                "whole rows and columns", Size{0}))
      .type();
}

/// A tensor's index by its name.
Type<TensorId> tensor_name_type(const TensorIds& ids) {
  Type<std::string> name = text("the name of a tensor");
  const auto read = [ids, inner = name.read](const Cursor& cursor) -> std::optional<TensorId> {
    const auto wanted = inner(cursor);
    if (!wanted) return std::nullopt;
    const auto found = ids.find(*wanted);
    if (found != ids.end()) return found->second;
    std::vector<std::string> names;
    for (const auto& item : ids) names.push_back(item.first);
    cursor.fail(fmt::format("is \"{}\", expected the name of a tensor of the list{}", *wanted,
                            did_you_mean(*wanted, names)));
    return std::nullopt;
  };
  return {read, name.schema, name.expected};
}

Type<View> view_type(const TensorIds& ids) {
  const Type<TensorId> tensor = tensor_name_type(ids);
  const auto step = [] { return integer<Size>(0, kMaxExtent); };
  const auto record =
      Record<View>("a view of a tensor")
          .field("tensor", &View::tensor, tensor, "name of the tensor")
          .field("row", &View::row, step(), "first row", Size{0})
          .field("column", &View::column, step(), "first column", Size{0})
          .field("image_rows", &View::image_rows, step(), "rows from image to image", Size{0})
          .field("head_rows", &View::head_rows, step(), "rows from head to head", Size{0})
          .field("head_columns", &View::head_columns, step(), "columns from head to head", Size{0})
          .field("transposed", &View::transposed, boolean(),
                 "whether the op's matrix is the transpose of the stored one", false);
  const auto read = [record, tensor](const Cursor& cursor) -> std::optional<View> {
    if (!cursor.value().is_string()) return record.read(cursor);
    const auto id = tensor.read(cursor);
    if (!id) return std::nullopt;
    View view;
    view.tensor = *id;
    return view;
  };
  return {read, {{"oneOf", {tensor.schema, record.schema()}}}, "the name or a view of a tensor"};
}

/// A record as a type that owns it.
template <class T>
Type<T> owned(const Record<T>& record) {
  return {[record](const Cursor& cursor) { return record.read(cursor); }, record.schema(),
          record.title()};
}

struct OpList {
  std::string name;
  int images = 1;
  std::vector<Tensor> tensors;
  std::vector<Op> ops;
};

Record<OpList> op_list_record(const TensorIds& ids) {
  return Record<OpList>("a list of ops")
      .field("name", &OpList::name, text(), "name in reports")
      .field("images", &OpList::images, integer<int>(1, 1000000), "images inferred together", 1)
      .field("tensors", &OpList::tensors, list(tensor_type(), 1), "all tensors")
      .field("ops", &OpList::ops, list(op_type(ids), 1), "all ops, in topological order");
}

/// The names of the tensors in a document that may still be full of mistakes.
TensorIds tensor_ids(const Json& document) {
  TensorIds ids;
  if (!document.contains("tensors") || !document.at("tensors").is_array()) return ids;
  TensorId id = 0;
  for (const Json& tensor : document.at("tensors")) {
    if (tensor.is_object() && tensor.contains("name") && tensor.at("name").is_string()) {
      ids.emplace(tensor.at("name").get<std::string>(), id);
    }
    ++id;
  }
  return ids;
}

}  // namespace

Type<Tensor> tensor_type() {
  const auto encoding = Record<Encoding>("a compressed form in transit")
                            .field("axis", &Encoding::axis, integer<int>(0, 7), "axis it mixes", 0)
                            .field("ratio", &Encoding::ratio, number(0.0, 16.0),
                                   "bytes in transit over plain bytes", 1.0);
  return owned(Record<Tensor>("a tensor")
                   .field("name", &Tensor::name, text(), "unique name")
                   .field("shape", &Tensor::shape, list(integer<Size>(1, kMaxExtent), 1, 8),
                          "extents, outermost first")
                   .field("bits", &Tensor::bits, integer<int>(1, 64), "bits of an element", 8)
                   .field("kind", &Tensor::kind, choice<TensorKind>(op_list::tensor_kinds),
                          "what it is to the network", TensorKind::activation)
                   .field("density", &Tensor::density, density_type(), "which entries are kept",
                          Density(DenseData{}))
                   .field("encoding", &Tensor::encoding, owned(encoding), "compression in transit",
                          Encoding{})
                   .field("order", &Tensor::order, choice<DataOrder>(op_list::orders),
                          "order in memory", DataOrder::row_major));
}

Type<Op> op_type(const TensorIds& ids) {
  constexpr int max = std::numeric_limits<int>::max();
  Type<std::string> hint = text("the name or kind of an engine");
  return owned(
      Record<Op>("an op")
          .field("name", &Op::name, text(), "unique name")
          .field("block", &Op::block, integer<int>(-1, max), "transformer block, -1 outside", -1)
          .field("role", &Op::role, choice<Role>(roles()), "part of the network")
          .field("body", &Op::body, body_type(), "kind and sizes")
          .field("inputs", &Op::inputs, list(view_type(ids), 1, 64), "views of the operands")
          .field("outputs", &Op::outputs, list(view_type(ids), 1, 1), "view of the result")
          .field("fusion_group", &Op::fusion_group, integer<int>(-1, max),
                 "ops of one group run interleaved; -1: the mapper decides", -1)
          .field("co_schedule", &Op::co_schedule, integer<int>(-1, max),
                 "ops of one id share an engine pool at the same time; -1: alone", -1)
          .field("engine_hint", &Op::engine_hint, hint, "engine that it should run on",
                 std::string()));
}

Workload read_op_list(const Json& document, const std::string& file) {
  OpList list = read_record(op_list_record(tensor_ids(document)), document, file);
  return Workload(std::move(list.name), list.images, std::move(list.tensors), std::move(list.ops),
                  file);
}

Json op_list_schema() { return op_list_record({}).schema(); }

}  // namespace saccade
