# cmake -DFROM=<text file> -DINTO=<.cpp> -DNAME=<function> -P embed_text.cmake
file(READ ${FROM} bytes HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
string(REGEX REPLACE "(0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,)" "\\1\n" bytes "${bytes}")
file(WRITE ${INTO} "// Made by embed_text.cmake; change the text file instead.
#include \"config/embedded.hpp\"

namespace sallyport::config {
namespace {
constexpr char bytes[] = {
${bytes}
};
}  // namespace

std::string_view ${NAME}() { return {bytes, sizeof bytes}; }

}  // namespace sallyport::config
")
