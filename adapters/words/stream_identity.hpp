#pragma once
/// What all chunks of one answer have in common, and where a stream stands that somebody else is to go on writing.

#include <cstdint>
#include <string>

namespace sallyport {

/// A stream that another deployment goes on with keeps that of its beginning.
struct stream_identity {
  std::string id;             ///< as the provider wrote it; a writer of another dialect gives it the form of its own
  std::string model;
  std::int64_t created = 0;   ///< seconds since 1970; 0: the provider does not say
  std::string origin;         ///< the provider's name in the configuration: whose the opaque state in it is. The relay fills it in

  /// Of a stream that broke inside a text: where the text stands. Dialects without such places leave them alone.
  int open_block = -1;        ///< index of the content block or output item that the text is in; -1: none is open
  std::string open_item;      ///< its id
  std::int64_t next_number = 0;   ///< of the next event, where events are numbered
};

}  // namespace sallyport
