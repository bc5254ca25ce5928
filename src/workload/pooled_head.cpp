#include "workload/pooled_head.hpp"

namespace saccade {

TensorId pooled_head(WorkloadBuilder& builder, const std::string& name, const FeatureMap& x,
                     std::int64_t classes) {
  const std::int64_t channels = builder.tensor(x.tensor).columns();
  const Reduce mean{ReduceFunction::mean, builder.images(), x.pixels(), channels};
  const TensorId pooled =
      builder.add("pool", Role::head, mean, {{x.tensor}}, builder.images(), channels);
  return builder.linear(name, Role::head, pooled, classes, Bias::vector);
}

}  // namespace saccade
