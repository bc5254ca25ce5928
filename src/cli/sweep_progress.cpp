#include "cli/sweep_progress.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace saccade {

std::string duration_text(double seconds) {
  const auto whole = static_cast<long long>(std::ceil(seconds));
  constexpr std::array<std::pair<long long, const char*>, 4> units = {
      {{86400, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}}};
  for (std::size_t i = 0; i + 1 < units.size(); ++i) {
    const auto [size, name] = units[i];
    if (whole < size) continue;
    const auto [small_size, small_name] = units[i + 1];
    return fmt::format("{} {} {} {}", whole / size, name, whole % size / small_size, small_name);
  }
  return fmt::format("{} s", whole);
}

std::string status_text(const std::map<Status, std::uint64_t>& by_status) {
  std::string text;
  for (const auto& [status, count] : by_status) {
    if (count == 0) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, status_name(status));
  }
  return text.empty() ? "none" : text;
}

std::string progress_text(const SweepProgress& progress) {
  std::string text = fmt::format("{} of {} points", progress.done, progress.total);
  if (progress.points_per_s > 0) {
    text += fmt::format(", {:.3g} points/s", progress.points_per_s);
    if (progress.done < progress.total) {
      text += fmt::format(", {} left", duration_text(progress.seconds_left));
    }
  }
  for (const Status bad : {Status::failed, Status::timeout, Status::memory}) {
    const auto found = progress.by_status.find(bad);
    if (found == progress.by_status.end() || found->second == 0) continue;
    text += fmt::format(", {} {}", found->second, status_name(bad));
  }
  return text;
}

void SweepProgressLine::show(const SweepProgress& progress) {
  const auto now = std::chrono::steady_clock::now();
  if (terminal_) {
    out_ << "\r\033[K" << progress_text(progress) << std::flush;
    on_screen_ = true;
  } else if (now - shown_ >= interval_) {
    out_ << progress_text(progress) << std::endl;
    shown_ = now;
  }
}

void SweepProgressLine::clear() {
  if (on_screen_) out_ << "\r\033[K" << std::flush;
  on_screen_ = false;
}

}  // namespace saccade
