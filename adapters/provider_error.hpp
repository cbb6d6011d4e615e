#pragma once
/// What a provider says when it fails, whatever shape it says it in, and whose failure that is. Read by content: the Content-Type of
/// error replies is often wrong (DeepSeek's JSON comes as application/octet-stream).

#include "adapters/json.hpp"
#include "adapters/words/failure.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace sallyport {

struct provider_error {
  std::string message;   ///< the provider's sentence; empty when it gave none that a person could read
  std::string type;
  std::string code;      ///< a number is written as digits
  std::string param;
  std::string reason;    ///< a finer code inside: Azure's innererror.code, Google's details[].reason or status
  std::string quoted;    ///< what the provider's own provider said (OpenRouter's metadata.raw)
  int status = 0;        ///< an HTTP status named inside the body, else 0
  std::optional<std::chrono::milliseconds> delay;  ///< Google's RetryInfo
};

/// The error of a JSON body: {"error":{..}}, {"error":"..."}, [{"error":..}], {"detail":..}, {"message":..} and their mixtures.
provider_error error_in(json_value body);
/// Of any body: JSON as above, else its text; a page of HTML gives its title.
provider_error error_in_text(std::string_view body);

/// Whose failure a reply with that status is. For an error inside a 2xx reply or a stream give 0: what names no finer kind is then
/// error_in_reply.
failure_kind kind_of(int status, const provider_error& said);

}  // namespace sallyport
