#pragma once
/// What went wrong, whose fault it was, whether another deployment may be tried, and the sentence that a client may read.
/// Made where it is first understood; read in two places only: relay (may we try again?) and reply_failure (status and body).

#include "adapters/words/dialect_id.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport {

/// One name for each thing that can go wrong. Each has one row in the table behind traits(), one in docs/failures.md and
/// one value of the metric label `reason`.
enum class failure_kind : std::uint8_t {
  // The client's HTTP message.
  malformed_http,        ///< framing that RFC 9112 or our stricter rules refuse; the connection is closed
  headers_too_large,
  body_too_large,
  client_too_slow,       ///< head or body did not arrive in time
  unknown_path,
  method_not_allowed,
  unsupported_media_type,  ///< a body that is compressed or multipart where JSON is expected
  // Who is asking.
  key_missing,
  key_invalid,           ///< unknown and disabled keys alike
  too_many_wrong_keys,   ///< from one address
  too_many_connections,  ///< open from one address
  admin_api_closed,      ///< the admin side has no token, so nobody may change anything through it
  model_not_allowed,     ///< the team may not ask for this model
  // The call.
  invalid_json,
  invalid_request,       ///< a field that we read is missing, has the wrong type, or stands twice
  unknown_model,
  not_supported,         ///< the dialect or endpoint exists, this deployment cannot serve it
  // Policy.
  no_eligible_deployment,  ///< none may serve a call of this data class, or none that may could
  policy_forbids,        ///< none may serve a call to this model, whatever its data class
  protected_content,     ///< a detector found what may not be sent at all
  // Admission.
  requests_limited,      ///< the team's own rate of requests
  tokens_limited,        ///< the team's own rate of tokens
  concurrency_limited,   ///< the team's own limit of calls at once
  call_above_limit,      ///< the call alone is larger than a limit of its team ever allows
  budget_exhausted,      ///< the team's budget has no room for what the call may cost
  overloaded,            ///< our own limit of requests or bytes in flight
  deployments_full,      ///< every deployment that may serve has all the sends that it takes at once
  none_available,        ///< every deployment that may serve rests, and takes nobody at the moment
  journal_full,
  shutting_down,
  // The way to the provider.
  name_not_resolved,
  address_refused,       ///< the resolved address lies outside the provider's declared networks
  connect_failed,
  connect_timed_out,
  tls_failed,
  connection_lost,       ///< reset or closed before the reply was whole
  first_token_timed_out,
  idle_timed_out,
  attempt_timed_out,
  total_timed_out,
  // What the provider said.
  rate_limited,          ///< 429
  quota_exhausted,       ///< 402, or 429 insufficient_quota: this credential has no money left
  credential_refused,    ///< 401, 403: our key at the provider
  model_missing,         ///< 404 for the upstream's model
  request_refused,       ///< 400, 413, 422: the client's call, passed on as the provider said it
  context_length,
  content_filter,
  provider_overloaded,   ///< 503, 529, 498 flex capacity
  provider_error,        ///< any other 5xx, or a status that no provider should send
  error_in_reply,        ///< an error object inside a 200
  empty_reply,
  garbled_reply,         ///< not the JSON, SSE or HTTP that was promised
  reply_too_large,
  truncated_stream,      ///< ended without a terminal event
  outrun,                ///< it was sent to twice, and another deployment began to answer first
  answer_differs,        ///< asked to go on with an answer that broke, it answers something else
  // The rest.
  client_gone,
  internal,
};

/// How many kinds there are; the table and its test walk them by number.
inline constexpr std::size_t failure_kind_count = static_cast<std::size_t>(failure_kind::internal) + 1;

/// Whose failure it is. Only `deployment` counts against a deployment's health; `credential` judges our key there.
enum class fault : std::uint8_t { client, credential, configuration, deployment, gateway };

/// The fixed facts of a kind.
struct failure_traits {
  std::string_view name;         ///< metric label and log value, snake_case
  fault whose;
  bool may_try_elsewhere;        ///< another deployment may serve the same call
  bool provider_refused;         ///< the provider says that it did not start: the same deployment may be sent to again
  int status;                    ///< toward the client, when this is the final answer
  std::string_view openai_type;  ///< error.type in the OpenAI dialects
  std::string_view openai_code;  ///< error.code; empty means null
  std::string_view sentence;     ///< safe for the client; says what to do
};

const failure_traits& traits(failure_kind kind);

/// The provider's own words, kept where the client is to read them (400, 413, 422 and the two special cases).
struct provider_words {
  int status = 0;
  std::string content_type;
  std::string body;  ///< at most 64 KiB
  dialect_id in = dialect_id::openai_chat;   ///< what it is written in
};

/// A number that a program which reads the failure may want: a member of the error's JSON object.
struct failure_figure {
  std::string_view name;   ///< a constant of our code, as in spent_usd
  std::string number;      ///< as it stands in JSON
};

struct failure {
  failure_kind kind = failure_kind::internal;
  std::string sentence;  ///< for the client, instead of the table's; never holds a secret, an address or another's data
  std::string detail;    ///< for the log only; scrubbed of keys and content
  std::string param;     ///< the offending field of the call, as in `messages[0].role`; empty when there is none
  std::vector<failure_figure> figures;
  /// What the provider asked for, already clamped to 1 s .. 5 min; of a limit of ours, the exact time.
  std::optional<std::chrono::milliseconds> retry_after;
  std::shared_ptr<const provider_words> said;            ///< null unless the client is to see it

  std::string_view name() const { return traits(kind).name; }
  fault whose() const { return traits(kind).whose; }
  bool may_try_elsewhere() const { return traits(kind).may_try_elsewhere; }
  bool provider_refused() const { return traits(kind).provider_refused; }
  /// The sentence for the client: its own, else the table's.
  std::string_view client_sentence() const { return sentence.empty() ? traits(kind).sentence : std::string_view(sentence); }
};

/// A failure or none, in the size of a pointer: much of what may hold one holds none, for as long as a stream lasts.
class maybe_failure {
 public:
  maybe_failure() = default;
  maybe_failure(std::nullopt_t) {}
  maybe_failure(failure why) : held_(std::make_unique<failure>(std::move(why))) {}
  maybe_failure(const maybe_failure& other) : held_(other.held_ ? std::make_unique<failure>(*other.held_) : nullptr) {}
  maybe_failure(maybe_failure&&) noexcept = default;
  maybe_failure& operator=(const maybe_failure& other) { return *this = maybe_failure(other); }
  maybe_failure& operator=(maybe_failure&&) noexcept = default;
  ~maybe_failure() = default;

  explicit operator bool() const { return held_ != nullptr; }
  bool has_value() const { return held_ != nullptr; }
  failure& operator*() & { return *held_; }
  failure&& operator*() && { return std::move(*held_); }
  const failure& operator*() const& { return *held_; }
  failure* operator->() { return held_.get(); }
  const failure* operator->() const { return held_.get(); }
  failure value_or(failure otherwise) const { return held_ ? *held_ : std::move(otherwise); }

 private:
  std::unique_ptr<failure> held_;
};

/// Shorthands for the two common cases.
failure fail(failure_kind kind, std::string detail = {});
failure fail_with(failure_kind kind, std::string sentence, std::string param = {});

}  // namespace sallyport
