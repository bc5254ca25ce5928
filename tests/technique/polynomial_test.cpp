#include "technique/polynomial.hpp"

#include "technique/testing.hpp"

namespace saccade {
namespace {

/// Softmax, GELU, SiLU, sigmoid and ReLU, one after the other.
Workload functions() {
  WorkloadBuilder builder("functions", 1, {}, "functions.json");
  TensorId x = builder.input("x", 4, 8);
  x = builder.add("softmax", Role::ffn, Softmax{4, 8}, {{x}}, 4, 8);
  const std::pair<const char*, ElementFunction> all[] = {{"gelu", ElementFunction::gelu},
                                                         {"silu", ElementFunction::silu},
                                                         {"sigmoid", ElementFunction::sigmoid},
                                                         {"relu", ElementFunction::relu}};
  for (const auto& [name, function] : all) {
    x = builder.elementwise(name, Role::ffn, function, {x});
  }
  builder.mark_output(x);
  return std::move(builder).build();
}

/// Names of the ops that polynomials compute.
std::string polynomials(const std::string& fields) {
  std::vector<std::string> names;
  const Workload workload = after_pass(R"({"pass": "polynomial")" + fields + "}", functions());
  for (const Op& op : workload.ops()) {
    const auto* softmax = std::get_if<Softmax>(&op.body);
    const Nonlinear nonlinear =
        softmax != nullptr ? softmax->nonlinear : std::get<Elementwise>(op.body).nonlinear;
    if (nonlinear == Nonlinear::polynomial) names.push_back(op.name);
  }
  return comma_list(names);
}

TEST(Polynomials, EachFunctionByItself) {
  EXPECT_EQ(polynomials(""), "softmax, gelu, silu, sigmoid");
  EXPECT_EQ(polynomials(R"(, "softmax": false)"), "gelu, silu, sigmoid");
  EXPECT_EQ(polynomials(R"(, "gelu": false)"), "softmax, silu, sigmoid");
  EXPECT_EQ(polynomials(R"(, "sigmoid": false)"), "softmax, gelu");
}

TEST(Polynomials, NothingElseChanges) {
  const char* const none =
      R"({"pass": "polynomial", "gelu": false, "softmax": false, "sigmoid": false})";
  expect_same(after_pass(none, functions()), functions());
  const Workload dense = model("deit_tiny");
  const Workload changed = after_pass(R"({"pass": "polynomial"})", dense);
  EXPECT_EQ(changed.macs(), dense.macs());
  EXPECT_EQ(op_names(changed), op_names(dense));
  EXPECT_EQ(body_of<Elementwise>(changed, "b11.act").nonlinear, Nonlinear::polynomial);
  EXPECT_EQ(body_of<Elementwise>(changed, "b11.res2").nonlinear, Nonlinear::exact);
}

}  // namespace
}  // namespace saccade
