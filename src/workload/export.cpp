// Writes workloads in the explicit form that op_list.cpp reads: what has its default is left out.
#include "base/overload.hpp"
#include "workload/dimensions.hpp"
#include "workload/op_list.hpp"
#include "workload/op_list_fields.hpp"

namespace saccade {
namespace {

template <class E>
std::string name_in(const op_list::Names<E>& names, E value) {
  for (const auto& item : names) {
    if (item.second == value) return item.first;
  }
  return "";
}

template <class M>
void put(Json& json, const char* key, const M& value, const M& fallback) {
  if (value != fallback) json[key] = value;
}

template <class B>
void put_sizes(Json& json, const B& body) {
  for (const Dimension<B>& size : dimensions(body)) {
    if (size.required || body.*size.member != B{}.*size.member) {
      json[size.name] = body.*size.member;
    }
  }
}

template <class B>
Json product_json(const char* kind, const B& body) {
  Json json = {{"kind", kind}};
  put_sizes(json, body);
  put(json, "bias", body.bias, false);
  put(json, "accumulator_bits", body.accumulator_bits, 32);
  put(json, "requantise", body.requantise, true);
  return json;
}

template <class B>
Json plain_json(const char* kind, const B& body) {
  Json json = {{"kind", kind}};
  put_sizes(json, body);
  return json;
}

void put_nonlinear(Json& json, Nonlinear nonlinear) {
  if (nonlinear != Nonlinear::exact) json["nonlinear"] = name_in(nonlinears(), nonlinear);
}

Json body_json(const Body& body) {
  return std::visit(Overload{[](const MatMul& op) { return product_json("matmul", op); },
                             [](const Conv2d& op) { return product_json("conv2d", op); },
                             [](const Softmax& op) {
                               Json json = plain_json("softmax", op);
                               put_nonlinear(json, op.nonlinear);
                               return json;
                             },
                             [](const Norm& op) {
                               Json json = plain_json("norm", op);
                               json["norm"] = name_in(op_list::norms, op.kind);
                               return json;
                             },
                             [](const Elementwise& op) {
                               Json json = plain_json("elementwise", op);
                               json["function"] = name_in(element_functions(), op.function);
                               put_nonlinear(json, op.nonlinear);
                               return json;
                             },
                             [](const Reduce& op) {
                               Json json = plain_json("reduce", op);
                               json["function"] = name_in(op_list::reductions, op.function);
                               return json;
                             },
                             [](const Resample& op) {
                               Json json = plain_json("resample", op);
                               json["function"] = name_in(resample_functions(), op.function);
                               return json;
                             },
                             [](const Gather& op) { return plain_json("gather", op); },
                             [](const LayoutChange& op) { return plain_json("layout", op); },
                             [](const Decide& op) {
                               Json json = plain_json("decide", op);
                               if (op.function != DecideFunction::threshold) {
                                 json["function"] = name_in(decide_functions(), op.function);
                               }
                               return json;
                             }},
                    body);
}

Json density_json(const Density& density) {
  return std::visit(
      Overload{[](const DenseData&) -> Json {
                 return {{"kind", "dense"}};
               },
               [](const StructuredData& data) -> Json {
                 return {{"kind", "structured"}, {"n", data.n}, {"m", data.m}};
               },
               [](const MaskedData& data) -> Json {
                 return {{"kind", "masked"}, {"kept", data.kept}};
               },
               [](const BandedData& data) -> Json {
                 return {{"kind", "banded"}, {"radius", data.radius}, {"globals", data.globals}};
               }},
      density);
}

Json view_json(const Workload& workload, const View& view) {
  const std::string& name = workload.tensor(view.tensor).name;
  Json json = {{"tensor", name}};
  const std::int64_t zero = 0;
  put(json, "row", view.row, zero);
  put(json, "column", view.column, zero);
  put(json, "image_rows", view.image_rows, zero);
  put(json, "head_rows", view.head_rows, zero);
  put(json, "head_columns", view.head_columns, zero);
  put(json, "transposed", view.transposed, false);
  return json.size() == 1 ? Json(name) : json;
}

}  // namespace

Json tensor_json(const Tensor& tensor) {
  Json json = {{"name", tensor.name}, {"shape", tensor.shape}, {"bits", tensor.bits}};
  json["kind"] = name_in(op_list::tensor_kinds, tensor.kind);
  if (!std::holds_alternative<DenseData>(tensor.density)) {
    json["density"] = density_json(tensor.density);
  }
  const Encoding& code = tensor.encoding;
  if (code.axis != 0 || code.ratio != 1.0) {
    json["encoding"] = {{"axis", code.axis}, {"ratio", code.ratio}};
  }
  if (tensor.order != DataOrder::row_major) json["order"] = name_in(op_list::orders, tensor.order);
  return json;
}

Json op_json(const Workload& workload, const Op& op) {
  Json json = {{"name", op.name}};
  put(json, "block", op.block, -1);
  json["role"] = role_name(op.role);
  json["body"] = body_json(op.body);
  json["inputs"] = Json::array();
  json["outputs"] = Json::array();
  for (const View& view : op.inputs) json["inputs"].push_back(view_json(workload, view));
  for (const View& view : op.outputs) json["outputs"].push_back(view_json(workload, view));
  put(json, "fusion_group", op.fusion_group, -1);
  put(json, "co_schedule", op.co_schedule, -1);
  put(json, "engine_hint", op.engine_hint, std::string());
  return json;
}

std::string export_json(const Workload& workload) {
  std::string out = fmt::format("{{\n\"name\": {},\n\"images\": {},\n\"tensors\": [\n",
                                Json(workload.name()).dump(), workload.images());
  const char* separator = "";
  for (const Tensor& tensor : workload.tensors()) {
    out += separator + tensor_json(tensor).dump();
    separator = ",\n";
  }
  out += "\n],\n\"ops\": [\n";
  separator = "";
  for (const Op& op : workload.ops()) {
    out += separator + op_json(workload, op).dump();
    separator = ",\n";
  }
  return out + "\n]\n}\n";
}

}  // namespace saccade
