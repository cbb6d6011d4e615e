#include "proxy/stages/tags.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using sallyport::stages::tags_in;

TEST_CASE("tags come out in the order of their names, and the last of a name wins") {
  CHECK(*tags_in("project=atlas") == "project=atlas");
  CHECK(*tags_in("project=atlas, env=prod ,env=test") == "env=test,project=atlas");
  CHECK(*tags_in("a.b-c_1=x:y/z(1)") == "a.b-c_1=x:y/z(1)");
}

TEST_CASE("malformed tags are refused with the form that they should have") {
  const std::string nine = "a=1,b=1,c=1,d=1,e=1,f=1,g=1,h=1,i=1";
  const std::string long_value(65, 'v');
  const std::string long_all = "a=" + std::string(64, 'v') + ",b=" + std::string(64, 'v') + ",c=" + std::string(64, 'v');
  for (const std::string& wrong : {std::string("project"), std::string("=x"), std::string("a="), std::string(",a=1"),
                                   std::string("A=1"), std::string("a b=1"), std::string("a=b=c"), std::string("a=1,"), std::string("a=1, "), std::string("a=\x7f"), std::string("a=\xc3\xa9"), nine,
                                   "a=" + long_value, long_all}) {
    CAPTURE(wrong);
    const auto refused = tags_in(wrong);
    REQUIRE(refused.has_error());
    const failure why = refused.error();
    CHECK(why.kind == failure_kind::invalid_request);
    CHECK(why.param == "x-sallyport-tags");
    CHECK(why.sentence.find("'name=value,name=value'") != std::string::npos);
  }
}
