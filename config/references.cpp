#include "config/references.hpp"

#include "config/report.hpp"

#include <algorithm>
#include <optional>

namespace sallyport::config {
namespace {

constexpr std::size_t filled_bytes_max = 64 * 1024;
constexpr std::string_view forms = "write ${env:NAME}, ${env:NAME:-default} or ${file:PATH}, and $$ for a dollar sign";

struct reference {
  enum class from : std::uint8_t { variable, file } kind = from::variable;
  std::string name;
  std::optional<std::string> fallback;
};

bool is_name_char(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

bool is_variable_name(std::string_view name) {
  return !name.empty() && (name[0] < '0' || name[0] > '9') && std::all_of(name.begin(), name.end(), is_name_char);
}

parsed<reference> variable_reference(std::string_view inside) {
  reference made;
  const auto mark = inside.find(":-");
  made.name = inside.substr(0, mark);
  if (mark != std::string_view::npos) made.fallback = std::string(inside.substr(mark + 2));
  if (!is_variable_name(made.name)) return complaint{"names no variable after ${env:; " + std::string(forms)};
  return made;
}

/// What stands between ${ and }.
parsed<reference> reference_in(std::string_view inside) {
  if (inside.find("${") != std::string_view::npos) return complaint{"has a reference inside of a reference; " + std::string(forms)};
  if (inside.starts_with("env:")) return variable_reference(inside.substr(4));
  if (!inside.starts_with("file:") || inside.size() == 5) return complaint{"has an unknown reference; " + std::string(forms)};
  return reference{reference::from::file, std::string(inside.substr(5)), std::nullopt};
}

/// Files end in a line feed that is no part of the value.
std::string without_last_newline(std::string text) {
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  return text;
}

parsed<std::string> value_of(const reference& what, const std::string& folder, const surroundings& world) {
  if (what.kind == reference::from::variable) {
    if (auto value = world.variable(what.name)) return std::move(*value);
    if (what.fallback) return *what.fallback;
    return complaint{"variable " + what.name + " is not set; set it, or write ${env:" + what.name + ":-default}"};
  }
  const auto path = path_from(folder, what.name);
  auto text = world.file(path);
  if (!text) return complaint{"file " + in_quotes(path) + " cannot be read"};
  return without_last_newline(std::move(*text));
}

/// Copies up to the next reference; true when one was found, then `rest` begins behind its "${".
bool copy_literal(std::string_view& rest, std::string& into) {
  while (!rest.empty()) {
    const auto dollar = std::min(rest.find('$'), rest.size());
    into += rest.substr(0, dollar);
    rest.remove_prefix(dollar);
    if (rest.starts_with("$$")) {
      into += '$';
      rest.remove_prefix(2);
    } else if (rest.starts_with("${")) {
      rest.remove_prefix(2);
      return true;
    } else if (!rest.empty()) {
      into += '$';
      rest.remove_prefix(1);
    }
  }
  return false;
}

}  // namespace

parsed<scalar> filled(std::string_view text, bool plain, const std::string& folder, const surroundings& world) {
  scalar made{.text = {}, .plain = plain, .filled = false, .only_reference = false, .folder = folder};
  std::string_view rest = text;
  while (copy_literal(rest, made.text)) {
    const auto end = rest.find('}');
    if (end == std::string_view::npos) return complaint{"has a reference without its closing brace; " + std::string(forms)};
    const auto what = reference_in(rest.substr(0, end));
    if (!what) return what.error();
    auto value = value_of(*what, folder, world);
    if (!value) return value.error();

    rest.remove_prefix(end + 1);
    made.only_reference = !made.filled && made.text.empty() && rest.empty() && what->fallback.value_or("").empty();
    made.text += *value;
    made.plain = made.filled = true;
    if (made.text.size() > filled_bytes_max) return complaint{"is longer than 64 KiB once its references are filled in"};
  }
  return made;
}

std::string path_from(const std::string& folder, const std::string& path) {
  return path.starts_with('/') ? path : folder + path;
}

}  // namespace sallyport::config
