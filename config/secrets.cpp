#include "config/secrets.hpp"

namespace sallyport::config {

secret accepted_secret(const written_secret& from, const cursor& at, bool allow_inline_secrets) {
  if (from.written_out && !allow_inline_secrets)
    at.refuse("is a secret written into the file; refer to it by one ${env:NAME} or ${file:PATH} and nothing else, "
              "or set allow_inline_secrets: true");
  return from.text;
}

}  // namespace sallyport::config
