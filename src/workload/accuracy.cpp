#include "workload/accuracy.hpp"

namespace saccade {

const Record<Accuracy>& accuracy_record() {
  static const auto record =
      Record<Accuracy>("a published accuracy")
          .field("top1_percent", &Accuracy::top1_percent, number(0, 100),
                 "images of the test set whose class is found")
          .field("source", &Accuracy::source, text(), "publication and table");
  return record;
}

}  // namespace saccade
