#pragma once
/// Images, files and sounds in the `openai_responses` dialect: the parts input_image, input_file and input_audio, both ways.

#include "adapters/json.hpp"
#include "adapters/json_object.hpp"
#include "adapters/words/chat.hpp"

#include <string_view>

namespace sallyport::openai_responses {

/// Of a part of that type; kind, media and name are filled in. False: it names no address, no bytes and no id.
bool read_media(json_value part, std::string_view type, ::sallyport::part& into);

/// As a part of an item; false, with nothing written: the dialect cannot take it in that form.
bool write_media(const part& what, json_object& to);

}  // namespace sallyport::openai_responses
