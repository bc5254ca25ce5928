#include "cost/price.hpp"

#include <utility>

namespace saccade {

Band CostItem::total() const { return amount * price->figure * price->factor; }

Band total(const std::vector<CostItem>& items) {
  Band sum;
  for (const CostItem& item : items) sum = sum + item.total();
  return sum;
}

void add_item(std::vector<CostItem>& items, const std::string& component, std::string part,
              const Band& amount, const PricePtr& price) {
  if (amount.high * price->figure.high == 0) return;
  items.push_back({component, std::move(part), amount, price});
}

PricePtr make_price(std::string name, Figure figure, std::string unit, std::string per,
                    double factor) {
  return std::make_shared<const Price>(
      Price{std::move(name), std::move(figure), std::move(unit), std::move(per), factor});
}

}  // namespace saccade
