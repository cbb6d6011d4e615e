#include "config/pem.hpp"

#include "config/load.hpp"

namespace sallyport::config {
namespace {

bool has_block(std::string_view text, std::string_view label) {
  const std::string end = std::string(label) + "-----";
  for (auto begin = text.find("-----BEGIN "); begin != std::string_view::npos; begin = text.find("-----BEGIN ", begin + 1)) {
    const auto line = text.substr(begin, text.find('\n', begin) - begin);
    if (line.find(end) != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace

void check_pem(const cursor& at, const std::string& path, std::string_view label) {
  const auto text = at.world().file(path);
  if (!text) at.refuse("file " + at.shown(path) + " cannot be read");
  else if (!has_block(*text, label)) at.refuse("file " + at.shown(path) + " holds no PEM block " + std::string(label));
}

}  // namespace sallyport::config
