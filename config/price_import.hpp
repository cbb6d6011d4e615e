#pragma once
/// Price lists of others brought into ours: LiteLLM's model_prices_and_context_window.json and genai-prices' data.json (v2).

#include "config/reference.hpp"
#include "config/scalar.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::config {

enum class price_format { litellm, genai_prices };
std::string_view name_of(price_format which);

struct imported_prices {
  price_format from = price_format::litellm;
  std::vector<listed_price> rows;              ///< of kinds that we know, sorted, each name once; versions are empty
  std::map<std::string, std::size_t> skipped;  ///< entries that were not taken, by reason
  std::map<std::string, std::size_t> left_out; ///< entries that were taken and also charge for what our prices cannot say, by what
};

/// Their JSON -> rows. Without a format the text says which it is: genai-prices' is an array, LiteLLM's an object. A complaint when it is
/// neither, or holds no price that we could take. Their floating-point dollars are rounded to the nano-dollar per million tokens.
parsed<imported_prices> import_prices(std::string_view json, std::optional<price_format> format);

/// A price file as read_price_table reads it.
std::string price_file_text(std::string_view version, const std::vector<listed_price>& rows);

}  // namespace sallyport::config
