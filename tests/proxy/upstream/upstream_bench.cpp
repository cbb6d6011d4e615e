#include "tests/proxy/upstream/upstream_bench.hpp"

#include "proxy/upstream/curl_transport.hpp"
#include "proxy/upstream/native_transport.hpp"

namespace sallyport::tests {

namespace asio = boost::asio;

upstream_bench::upstream_bench(maker of_transport) : over(of_transport) {
  static const bool ready = upstream::curl_global();
  REQUIRE(ready);
  if (over.in_http2) identity = std::make_unique<tls_identity>("IP:127.0.0.1");
  wire = over.make(io, time, upstream::kept_connections_max);
}

namespace {

std::unique_ptr<upstream::transport> make_native(asio::io_context& on, const clock& time, std::size_t kept) {
  return upstream::make_native_transport(on, time, kept, [&on](std::function<void()> what) { asio::post(on, std::move(what)); });
}

}  // namespace

const upstream_bench::maker over_native{&make_native};
const upstream_bench::maker over_http2{&make_native, true};
const upstream_bench::maker over_curl{&upstream::make_curl_transport};

scripted_upstream upstream_bench::upstream(scripted_upstream::script of_each_connection, std::uint32_t streams_max) {
  if (!over.in_http2) return scripted_upstream(io, std::move(of_each_connection));
  return scripted_upstream(io, std::move(of_each_connection), scripted_upstream::http2{identity->server(), streams_max});
}

void upstream_bench::run(std::function<task<void>()> play) {
  bool done = false;
  asio::co_spawn(io.get_executor(), play(), [&](std::exception_ptr thrown) {
    done = true;
    if (thrown) std::rethrow_exception(thrown);
  });
  const instant limit = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!done && std::chrono::steady_clock::now() < limit) io.run_one_for(std::chrono::milliseconds(100));
  REQUIRE(done);
}

config::provider upstream_bench::provider_at(int port, const std::string& host, bool tls) const {
  tls = tls || over.in_http2;
  config::provider made;
  made.name = "scripted";
  made.base.text = (tls ? "https://" : "http://") + host + ":" + std::to_string(port) + "/v1";
  made.base.tls = tls;
  made.base.host = host;
  made.base.port = static_cast<std::uint16_t>(port);
  made.base.path = "/v1";
  if (over.in_http2) made.ca_file = identity->ca_file();
  made.runs_as = deployment_class::in_house;
  made.key = secret("sk-of-the-provider");
  return made;
}

cleared upstream_bench::to(config::provider provider) {
  auto made = std::make_shared<config::deployment>();
  made->at = std::make_shared<const config::provider>(std::move(provider));
  made->model = "m";
  return policy::clearance::clear(std::move(made));
}

std::unique_ptr<upstream::transfer> upstream_bench::post(int port, std::string body, header_list headers) {
  return post(provider_at(port), std::move(body), std::move(headers));
}

std::unique_ptr<upstream::transfer> upstream_bench::post(config::provider provider, std::string body, header_list headers) {
  upstream::outgoing what;
  what.path = "/chat/completions";
  what.body = std::make_shared<const std::string>(std::move(body));
  what.headers = std::move(headers);
  what.connect_timeout = connect_timeout;
  return wire->send(to(std::move(provider)), std::move(what));
}

task<told> upstream_bench::all_of(upstream::transfer& from) {
  told all;
  for (;;) {
    const auto next = co_await from.next(soon());
    const bool more_data = next == upstream::signal::data && !all.signals.empty() && all.signals.back() == next;
    if (!more_data) all.signals.push_back(next);
    if (next == upstream::signal::head) all.status = from.head().status;
    if (next == upstream::signal::data) all.body.append(from.data());
    if (next != upstream::signal::head && next != upstream::signal::data) co_return all;
  }
}

task<void> upstream_bench::until_still(const std::size_t& count) {
  for (std::size_t before = count + 1; before != count;) {
    before = count;
    for (int turn = 0; turn < 500; ++turn) co_await asio::post(as_values);
  }
}

}  // namespace sallyport::tests
