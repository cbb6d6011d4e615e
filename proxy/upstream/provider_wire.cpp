#include "proxy/upstream/provider_wire.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <openssl/ssl.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace sallyport::upstream {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using tls_socket = asio::ssl::stream<socket_type>;

constexpr std::size_t usual_bytes = 4 * 1024;
// What a connection reads into that goes on bringing little: most of them wait, in that much memory.
constexpr std::size_t trickle_bytes = 1024;
constexpr int usual_reads = 2;

socket_type& below(socket_type& socket) { return socket; }
socket_type& below(tls_socket& stream) { return stream.next_layer(); }

/// What both kinds do alike.
template <class Stream>
class wire_over : public provider_wire {
 public:
  template <class... Made>
  explicit wire_over(std::shared_ptr<read_buffers> buffers, Made&&... made)
      : stream_(std::forward<Made>(made)...), buffers_(std::move(buffers)) {}
  wire_over(const wire_over&) = delete;
  wire_over& operator=(const wire_over&) = delete;
  ~wire_over() override { buffers_->give(std::move(borrowed_)); }

  void start_read() override {
    const auto into = room();
    reading_ = true;
    stream_.async_read_some(into, [self = self_of_kind(), size = into.size()](error_code ended, std::size_t count) {
      self->reading_ = false;
      self->was_full_ = count == size;
      ++self->reads_;
      if (self->user_ != nullptr) self->user_->on_read(ended, {self->into_, count});
    });
  }

  void start_write(const pieces& what) override {
    stream_.async_write_some(what, [self = self_of_kind()](error_code ended, std::size_t count) {
      if (self->user_ != nullptr) self->user_->on_written(ended, count);
    });
  }

  bool is_quiet() override {
    if (!below(stream_).is_open()) return false;
    char unasked = 0;
    return ::recv(below(stream_).native_handle(), &unasked, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
  }

  void close() override {
    user_ = nullptr;
    error_code ignored;
    below(stream_).close(ignored);
  }

 protected:
  std::shared_ptr<wire_over> self_of_kind() { return std::static_pointer_cast<wire_over>(shared_from_this()); }

  Stream stream_;

 private:
  asio::mutable_buffer room() {
    if (was_full_) {
      if (!borrowed_) borrowed_ = buffers_->take();
      into_ = borrowed_.get();
      return {into_, read_buffers::bytes};
    }
    if (borrowed_) buffers_->give(std::move(borrowed_));
    const std::size_t wanted = reads_ < usual_reads ? usual_bytes : trickle_bytes;
    if (own_size_ != wanted) own_.reset(new char[wanted]);
    own_size_ = wanted;
    into_ = own_.get();
    return {into_, own_size_};
  }

  std::shared_ptr<read_buffers> buffers_;
  std::unique_ptr<char[]> own_;
  std::size_t own_size_ = 0;
  std::unique_ptr<char[]> borrowed_;
  char* into_ = nullptr;
  bool was_full_ = false;
};

class plain_wire final : public wire_over<socket_type> {
 public:
  using wire_over::wire_over;

  void handshake(std::function<void(error_code)> done) override {
    asio::post(stream_.get_executor(), [done = std::move(done)] { done({}); });
  }

  std::size_t write_now(const pieces& what, error_code& error) override {
    const auto written = stream_.write_some(what, error);
    if (error == asio::error::would_block || error == asio::error::try_again) error = {};
    return written;
  }

  bool is_secured() const override { return false; }
};

class tls_wire final : public wire_over<tls_socket> {
 public:
  tls_wire(socket_type socket, std::shared_ptr<read_buffers> buffers, std::shared_ptr<asio::ssl::context> trust)
      : wire_over(std::move(buffers), std::move(socket), *trust), trust_(std::move(trust)) {}

  /// False: the library refuses the name.
  bool expect(const std::string& host) {
    error_code refused;
    stream_.set_verify_mode(asio::ssl::verify_peer, refused);
    if (!refused) stream_.set_verify_callback(asio::ssl::host_name_verification(host), refused);
    // An address is never asked for by name (RFC 6066 section 3).
    return !refused && (address_named(host) || SSL_set_tlsext_host_name(stream_.native_handle(), host.c_str()) == 1);
  }

  void handshake(std::function<void(error_code)> done) override {
    stream_.async_handshake(asio::ssl::stream_base::client,
                            [self = shared_from_this(), done = std::move(done)](error_code ended) { done(ended); });
  }

  /// Nothing: Asio's synchronous TLS write loses the rest of a record when the socket is full.
  std::size_t write_now(const pieces&, error_code&) override { return 0; }

  /// What came may also wait decrypted, or taken off the socket, in the TLS library.
  bool is_quiet() override {
    SSL* const engine = stream_.native_handle();
    return SSL_has_pending(engine) == 0 && BIO_ctrl_pending(SSL_get_rbio(engine)) == 0 && wire_over::is_quiet();
  }

  bool is_secured() const override { return true; }

  bool has_chosen_http2() const override {
    const unsigned char* name = nullptr;
    unsigned int size = 0;
    SSL_get0_alpn_selected(const_cast<tls_wire*>(this)->stream_.native_handle(), &name, &size);
    return std::string_view(reinterpret_cast<const char*>(name), size) == "h2";
  }

 private:
  std::shared_ptr<asio::ssl::context> trust_;
};

}  // namespace

std::unique_ptr<char[]> read_buffers::take() {
  if (spare_.empty()) return std::unique_ptr<char[]>(new char[bytes]);
  auto one = std::move(spare_.back());
  spare_.pop_back();
  return one;
}

void read_buffers::give(std::unique_ptr<char[]> one) {
  if (one && spare_.size() < spare_max) spare_.push_back(std::move(one));
}

std::shared_ptr<provider_wire> make_plain_wire(socket_type socket, std::shared_ptr<read_buffers> buffers) {
  return std::make_shared<plain_wire>(std::move(buffers), std::move(socket));
}

std::shared_ptr<provider_wire> make_tls_wire(socket_type socket, std::shared_ptr<read_buffers> buffers,
                                             std::shared_ptr<asio::ssl::context> trust, const std::string& host) {
  auto made = std::make_shared<tls_wire>(std::move(socket), std::move(buffers), std::move(trust));
  return made->expect(host) ? made : nullptr;
}

}  // namespace sallyport::upstream
