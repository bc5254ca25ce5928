// What something costs: an amount times a price, kept apart so that every product can be explained.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "hardware/technology.hpp"

namespace saccade {

/// The part of a cost that is a constant: so much `unit` for one `per`.
struct Price {
  std::string name;  ///< of the constant: "pe_os_int8"
  Figure figure;
  std::string unit;   ///< "pJ"
  std::string per;    ///< "MAC"
  double factor = 1;  ///< from `unit` to that of the total
};

using PricePtr = std::shared_ptr<const Price>;

/// What one component costs for one reason ("read input", "leakage", "cells"). Most amounts are
/// exact; those that are costs themselves have bands.
struct CostItem {
  std::string component;
  std::string part;
  Band amount;
  PricePtr price;

  Band total() const;  ///< in J or mm2; the low end is that of amount and price
  double value() const { return amount.value * price->figure.value * price->factor; }
};

/// All items low, or all high: the widest span.
Band total(const std::vector<CostItem>& items);

/// Appends amount times price; leaves out what is zero.
void add_item(std::vector<CostItem>& items, const std::string& component, std::string part,
              const Band& amount, const PricePtr& price);

PricePtr make_price(std::string name, Figure figure, std::string unit, std::string per,
                    double factor);

}  // namespace saccade
