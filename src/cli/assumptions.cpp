#include "cli/assumptions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <set>

#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/file_kinds.hpp"
#include "cost/area.hpp"
#include "cost/energy.hpp"
#include "hardware/accelerator.hpp"
#include "hardware/file_constants.hpp"
#include "report/table.hpp"

namespace saccade {
namespace {

constexpr const char* kLoneMark = "only one";

struct Assumption {
  std::string name, value, where, reason;
  std::set<std::string> used_by;
};

/// A shipped accelerator and all that its energy and area are computed from.
struct Design {
  explicit Design(const std::string& path)
      : file(path),
        accelerator(read_accelerator(data_dir() + '/' + path)),
        technology(accelerator.technology),
        constants(file_constants(accelerator.origins.document(), accelerator_schema())) {
    for (const PricePtr& price : EnergyModel(accelerator, technology).prices()) {
      sources.insert(price->figure.source);
    }
    if (technology.fpga() == nullptr) {
      add(area(accelerator, technology).items);
    } else {
      for (const auto& items : fpga_resources(accelerator, technology)) add(items);
    }
  }

  void add(const std::vector<CostItem>& items) {
    for (const CostItem& item : items) sources.insert(item.price->figure.source);
  }

  /// Whether a price comes from this place ("configs/technology/cmos.json /units/mac_int8").
  bool prices_from(const std::string& place) const {
    return std::any_of(sources.begin(), sources.end(), [&](const std::string& source) {
      return source.find(place + ':') != std::string::npos;
    });
  }

  std::string file;
  Accelerator accelerator;
  Technology technology;
  std::vector<FileConstant> constants;
  std::set<std::string> sources;
};

std::string band_text(const Band& band, const std::string& unit) {
  return fmt::format("{:g} ({:g} to {:g}){}{}", band.value, band.low, band.high,
                     unit.empty() ? "" : " ", unit);
}

std::string resources_text(const Resources& resources) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < kResources; ++i) {
    if (resources[i] == 0) continue;
    texts.push_back(fmt::format("{:g} {}", resources[i], kResourceTitles[i]));
  }
  return comma_list(texts);
}

std::string constant_text(const FileConstant& constant) {
  if (!constant.number) return constant.choice;
  const std::string number = with_digits(*constant.number);
  return constant.unit.empty() ? number : number + ' ' + constant.unit;
}

/// "/buffers/2/banks" to "/buffers/banks": equal fields of all components of a list.
std::string without_indices(const std::string& pointer) {
  std::string text;
  for (std::size_t begin = 0; begin < pointer.size();) {
    const std::size_t end = std::min(pointer.find('/', begin + 1), pointer.size());
    const std::string token = pointer.substr(begin, end - begin);
    if (token.find_first_not_of("/0123456789") != std::string::npos) text += token;
    begin = end;
  }
  return text;
}

/// Of what an origin says of an assumption.
std::string reason_of(const std::string& source) {
  const std::string mark = "assumption: ";
  const std::size_t begin = source.find(mark);
  return begin == std::string::npos ? source : source.substr(begin + mark.size());
}

class Collection {
 public:
  Collection() {
    for (const std::string& file : shipped_files("configs/hardware", ".json")) {
      designs_.emplace_back(file);
    }
    for (const std::string& file : shipped_files("configs/technology", ".json")) {
      add_technology(file);
    }
    for (const std::string& file : shipped_files("configs/technology/dram", ".json")) {
      add_standard(file);
    }
    for (const Design& design : designs_) add_hardware(design);
  }

  const std::vector<Assumption>& all() const { return all_; }
  std::size_t designs() const { return designs_.size(); }

 private:
  template <class Uses>
  std::set<std::string> users(Uses uses) const {
    std::set<std::string> names;
    for (const Design& design : designs_) {
      if (uses(design)) names.insert(design.file);
    }
    return names;
  }

  void add_technology(const std::string& file) {
    const TechnologyTable table(data_dir() + '/' + file);
    const auto priced = [&](const std::string& name, const std::string& pointer,
                            const std::string& value, const std::string& reason) {
      const std::string place = file + ' ' + pointer;
      all_.push_back({name, value, place, reason,
                      users([&](const Design& d) { return d.prices_from(place); })});
    };
    for (const auto& [name, entry] : table.file().parameters) {
      if (entry.assumption) {
        priced(name, "/parameters/" + name, band_text(entry, ""), entry.source);
      }
    }
    if (table.file().fpga) {
      for (const auto& [name, entry] : table.file().fpga->power_w) {
        if (entry.assumption) {
          priced(name, "/fpga/power_w/" + name, band_text(entry, "W"), entry.source);
        }
      }
    }
    for (const auto& [name, entry] : table.file().units) {
      if (!entry.assumption) continue;
      priced(name, "/units/" + name,
             entry.resources ? resources_text(entry.resources->resources())
                             : band_text(entry.energy_pj.at("op"), "pJ"),
             entry.source);
    }
    for (const auto& [pointer, reason] : table.file().assumptions) {
      all_.push_back(
          {pointer.substr(1), "", file + ' ' + pointer, reason,
           users([&](const auto& d) { return shown_path(d.technology.table().path()) == file; })});
    }
  }

  void add_standard(const std::string& file) {
    const DramDevice device = read_dram_device(data_dir() + '/' + file);
    const auto used_by =
        users([&](const Design& d) { return d.accelerator.dram.device.origins.file() == file; });
    const Json schema = dram_device_record().schema();
    for (const FileConstant& constant : file_constants(device.origins.document(), schema)) {
      const Origin origin = device.origins.of(constant.pointer);
      if (!origin.assumption) continue;
      all_.push_back({constant.name, constant_text(constant), file + ' ' + constant.pointer,
                      reason_of(origin.source), used_by});
    }
  }

  /// Values of hardware files; equal ones in equal places stand together.
  void add_hardware(const Design& design) {
    for (const FileConstant& constant : design.constants) {
      const Origin origin = design.accelerator.origins.of(constant.pointer);
      const std::string field = without_indices(constant.pointer);
      const std::string value = constant_text(constant);
      if (!origin.assumption || !known_.insert(field + '=' + value).second) continue;
      const std::string place = fmt::format("{} {}", design.file, constant.pointer);
      const auto has = [&](const FileConstant& other) {
        return without_indices(other.pointer) == field && constant_text(other) == value;
      };
      all_.push_back(
          {field.substr(1), value, place, reason_of(origin.source), users([&](const Design& d) {
             return std::any_of(d.constants.begin(), d.constants.end(), has);
           })});
    }
  }

  std::vector<Design> designs_;
  std::vector<Assumption> all_;
  std::set<std::string> known_;
};

std::string users_text(const std::set<std::string>& users) {
  if (users.empty()) return "none";
  if (users.size() > 1) return fmt::format("{}", users.size());
  std::string name = *users.begin();
  name.erase(0, name.rfind('/') + 1);
  return fmt::format("{}: {}", kLoneMark, name);
}

}  // namespace

void print_assumptions() {
  const Collection collection;
  std::size_t alone = 0;
  Table table({{"assumption", Align::left},
               {"value", Align::left},
               {"used by", Align::left},
               {"where", Align::left},
               {"reason", Align::left}});
  for (const Assumption& item : collection.all()) {
    alone += item.used_by.size() == 1 ? 1 : 0;
    table.row({item.name, item.value, users_text(item.used_by), item.where, item.reason});
  }
  std::cout << fmt::format(
                   "Assumptions, and how many of the {} accelerators that ship use each; {} of {} "
                   "are used by '{}':\n",
                   collection.designs(), alone, collection.all().size(), kLoneMark)
            << table.text(2);
}

}  // namespace saccade
