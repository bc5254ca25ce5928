#include "workload/accuracy.hpp"

namespace saccade {

const Record<Accuracy>& accuracy_record() {
  static const auto record =
      Record<Accuracy>("a published accuracy")
          .field("top1_percent", &Accuracy::top1_percent, optional(number(0, 100)),
                 "of classification: images of the test set whose class is found",
                 std::optional<double>())
          .field("miou_percent", &Accuracy::miou_percent, optional(number(0, 100)),
                 "of segmentation: intersection over union, mean of the classes",
                 std::optional<double>())
          .field("source", &Accuracy::source, text(), "publication and table")
          .rule([](const Accuracy& accuracy, const Cursor& cursor) {
            if (accuracy.top1_percent.has_value() != accuracy.miou_percent.has_value()) return;
            cursor.fail(
                fmt::format("has {} 'top1_percent' and 'miou_percent', expected one of them",
                            accuracy.top1_percent ? "both of" : "neither of"));
          });
  return record;
}

}  // namespace saccade
