#pragma once
/// `include`: several files put together into one tree before it is read. Maps of nouns are joined; everything else stands in the main
/// file.

#include "config/load.hpp"
#include "config/report.hpp"
#include "config/yaml_tree.hpp"

#include <string>
#include <string_view>

namespace sallyport::config {

struct include_limits {
  static constexpr int depth_max = 8;
  static constexpr int files_max = 1000;
};

/// The tree of that text and of all it includes; each node knows its file. Null when the main text cannot be read.
node_ptr read_with_includes(std::string_view text, const std::string& file, report& to, const surroundings& world);

}  // namespace sallyport::config
