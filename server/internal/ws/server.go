package ws

import (
	"context"
	"net/http"
	"sync"

	"github.com/gorilla/websocket"
)

// Server is the sockets of one process. It is safe for concurrent use.
type Server struct {
	options  Options
	limits   limits
	upgrader websocket.Upgrader
	ctx      context.Context // of all work; ends after a drain
	cancel   context.CancelFunc
	inputs   sync.Pool // of *[]byte: one message in
	outputs  sync.Pool // of *[]byte: one turn's frames out
	counts   counts

	mu       sync.Mutex
	sockets  map[*socket]struct{}
	sessions map[string][]*socket // oldest first
	draining bool
	empty    chan struct{} // closed when draining and no socket is left
}

// New returns a Server. Nothing runs until a socket is opened.
func New(o Options) *Server {
	s := &Server{
		options:  o,
		limits:   defaults(),
		sockets:  make(map[*socket]struct{}),
		sessions: make(map[string][]*socket),
		empty:    make(chan struct{}),
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.inputs.New = func() any { return new(make([]byte, 0, 512)) }
	s.outputs.New = func() any { return new(make([]byte, 0, 2<<10)) }
	s.upgrader = websocket.Upgrader{
		HandshakeTimeout: defaults().write,
		ReadBufferSize:   readBuffer,
		WriteBufferPool:  &sync.Pool{},                             // frames out do not pass it
		CheckOrigin:      func(*http.Request) bool { return true }, // checked before
		Error: func(w http.ResponseWriter, _ *http.Request, status int, _ error) {
			problem(w, status, "bad_request", "Make a WebSocket handshake as RFC 6455 has it.")
		},
	}
	return s
}

// readBuffer is small: a message longer than it is read past it.
const readBuffer = 512

// Chat serves the sockets of chat users.
func (s *Server) Chat() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.acceptable(w, r) {
			s.open(w, r, newUser(s, r))
		}
	})
}

// Agent serves the sockets of agents.
func (s *Server) Agent() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.acceptable(w, r) {
			return
		}
		token, ok := s.options.AgentCookie(r)
		if !ok {
			problem(w, http.StatusForbidden, "forbidden", "Open this socket from a page of this server.")
			return
		}
		s.open(w, r, &agent{server: s, token: token})
	})
}

// open shakes hands. The handler returns at once, so that what the HTTP server
// keeps for a request is free while the socket lives.
func (s *Server) open(w http.ResponseWriter, r *http.Request, p peer) {
	l := &line{buffers: &s.outputs}
	conn, err := s.upgrader.Upgrade(hijacker{w, l}, r, nil)
	if err != nil {
		return // answered by the upgrader
	}
	l.shaken = true
	l.limit(sendBuffer)
	socket := &socket{
		server: s,
		conn:   conn,
		line:   l,
		peer:   p,
		inbox:  make(chan input),
		gone:   make(chan struct{}),
		done:   make(chan struct{}),
		ending: make(chan *bye, 1),
	}
	_ = conn.SetReadDeadline(s.options.Now().Add(s.limits.hello)) // fails where reading will
	s.remember(socket)
	go socket.run()
}

// buffer is an empty one for a message.
func (s *Server) buffer() *[]byte { return s.inputs.Get().(*[]byte) }

// recycle takes a buffer back; a large one is left to the collector.
func (s *Server) recycle(data *[]byte) {
	if cap(*data) <= 4<<10 {
		*data = (*data)[:0]
		s.inputs.Put(data)
	}
}
