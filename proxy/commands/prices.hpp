#pragma once
/// sallyport prices list.

#include <string>

namespace sallyport::commands {

struct list_options {
  std::string provider;  ///< empty: all
  std::string file;      ///< a price file instead of the built-in list
};
int list_prices(const list_options& options);

}  // namespace sallyport::commands
