// PVTv2: the hierarchical encoder and a classifier on the mean of its pixels. Wang et al., PVT v2:
// Improved Baselines with Pyramid Vision Transformer, Computational Visual Media 2022, and its
// code.
#include "workload/family.hpp"
#include "workload/mix_transformer.hpp"
#include "workload/pooled_head.hpp"

namespace saccade {
namespace {

struct Pvtv2Model : MixTransformer {
  std::string name;
  int images = 1;
  std::optional<Accuracy> accuracy;
  BitWidths bits;
  std::int64_t image = 224;
  std::int64_t classes = 1000;
};

void check_pvtv2(const Pvtv2Model& model, const Cursor& cursor) {
  check_reductions(model, model.image, cursor);
}

const Record<Pvtv2Model>& pvtv2_record() {
  using Size = std::int64_t;
  static const auto record = family_record<Pvtv2Model>("a PVTv2 model")
                                 .field("image", &Pvtv2Model::image, integer<Size>(1, 16384),
                                        "side of the image in pixels", Size{224})
                                 .include(mix_transformer_record())
                                 .field("classes", &Pvtv2Model::classes, integer<Size>(1, 1000000),
                                        "outputs of the head", Size{1000})
                                 .rule(check_pvtv2);
  return record;
}

Workload build_pvtv2(const Pvtv2Model& model, const std::string& name, const std::string& file) {
  WorkloadBuilder builder(name, model.images, model.bits, file);
  const FeatureMap image = {builder.input("image", model.images * model.image * model.image, 3),
                            model.image, model.image};
  const FeatureMap x = mix_transformer(builder, model, image).back();
  builder.mark_output(pooled_head(builder, "head", x, model.classes));
  return std::move(builder).build();
}

}  // namespace

const Family pvtv2_family = make_family<Pvtv2Model, pvtv2_record, build_pvtv2>(
    "pvtv2", "PVTv2: hierarchical encoder, head on the mean of its pixels");

}  // namespace saccade
