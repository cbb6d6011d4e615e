#pragma once
/// The provider's side of `openai_chat`: a call -> the request. The client's body, spliced: the model's name at that provider, and
/// what accounting needs; and the thoughts of other dialects' providers go out. Every other byte is the client's.

#include "adapters/dialect.hpp"
#include "adapters/text_splice.hpp"

#include <string_view>
#include <vector>

namespace sallyport::openai_chat {

/// `splices`: further ones, of other places.
provider_request write_request(const call& asked, std::string_view upstream_model, const quirks& of_provider,
                               std::vector<text_splice> splices = {});

}  // namespace sallyport::openai_chat
