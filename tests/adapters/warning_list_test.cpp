#include "adapters/warning_list.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace sallyport;

TEST_CASE("a field is warned of once, whatever is said of it later") {
  warning_list list;
  list.warn("stop", "none");
  list.inform("stop", "another");
  list.inform("user", "none");
  CHECK(list.take() == std::vector<warning>{{severity::warn, "stop", "none"}, {severity::info, "user", "none"}});
}

TEST_CASE("a client's own name is fit for a header: short, whole characters, no mark that ends a part") {
  warning_list list;
  list.warn("a;b\"c", "none");
  list.warn("", "none");
  list.warn("x\r\ny", "none");
  list.warn(std::string(95, 'a') + "\xc3\xa9" + std::string(1000, 'b'), "none");
  const auto all = list.take();
  CHECK(all[0].field == "abc");
  CHECK(all[1].field == "(unnamed)");
  CHECK(all[2].field == "xy");
  CHECK(all[3].field == std::string(95, 'a'));
}
