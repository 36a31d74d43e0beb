package ws

import (
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

// bye is why a socket ends and what the peer is told. 4501 to 4507 are the
// closes after which a client must not simply try again.
type bye struct {
	code   int
	reason string // of the close frame; fixed words
	said   string // reason of the goodbye frame before it; "": none
	resume bool
	wait   time.Duration // before the client comes back
	lost   bool          // the peer is gone: nothing can be said
}

func byeClient(code int) *bye { return &bye{code: code} }
func byeLost() *bye           { return &bye{lost: true} }
func byeProtocol() *bye       { return &bye{code: websocket.CloseProtocolError, reason: "protocol_error"} }

func byeBinary() *bye { return &bye{code: websocket.CloseUnsupportedData, reason: "text_only"} }

func byeUTF8() *bye {
	return &bye{code: websocket.CloseInvalidFramePayloadData, reason: "invalid_utf8"}
}

func byeTooBig() *bye { return &bye{code: websocket.CloseMessageTooBig, reason: "too_big"} }

func byeInternal() *bye        { return &bye{code: websocket.CloseInternalServerErr, reason: "internal"} }
func byeNoHello() *bye         { return &bye{code: 4002, reason: "hello_timeout"} }
func byeHelloFirst() *bye      { return &bye{code: 4501, reason: "hello_first"} }
func byeUnauthenticated() *bye { return &bye{code: 4503, reason: "unauthenticated"} }
func byeTooManyErrors() *bye   { return &bye{code: 4505, reason: "too_many_errors"} }
func byeForbidden() *bye       { return &bye{code: 4506, reason: "forbidden"} }
func byeFlood() *bye           { return &bye{code: 4507, reason: "flood"} }
func byeResync() *bye          { return &bye{code: websocket.CloseServiceRestart, reason: "resync"} }

func byeSlow() *bye    { return &bye{code: 4008, reason: "slow", said: "slow", resume: true} }
func byeRevoked() *bye { return &bye{code: 4504, reason: "revoked", said: "revoked"} }
func byeIdle() *bye {
	return &bye{code: websocket.CloseGoingAway, reason: "idle", said: "idle", resume: true}
}

// byeSuperseded says not to resume: two tabs that both came back would push
// each other out for ever.
func byeSuperseded() *bye { return &bye{code: 4502, reason: "superseded", said: "superseded"} }

// drainSpread is over how long the sockets of a stopping server come back, so
// that they do not all knock in the same instant.
const drainSpread = 5 * time.Second

func byeDrain() *bye {
	wait := time.Duration(rand.Int64N(int64(drainSpread) + 1)) //nolint:gosec // spreads load, keeps no secret
	return &bye{code: websocket.CloseServiceRestart, reason: "drain", said: "drain", resume: true, wait: wait}
}

// Errors of the reader for what gorilla/websocket lets pass.
var (
	errBinary = errors.New("ws: binary message")
	errUTF8   = errors.New("ws: text is not UTF-8")
	errFlood  = errors.New("ws: too many control frames")
)

// byeFor turns the error that ended the reading into what is said last.
func byeFor(err error, l *line, welcomed bool) *bye {
	if closed, ok := errors.AsType[*websocket.CloseError](err); ok {
		switch {
		case closed.Code == websocket.CloseAbnormalClosure:
			return byeLost()
		case closed.Code != websocket.CloseNoStatusReceived:
			return byeClient(closed.Code)
		case l.endsWithEmptyClose():
			return byeClient(websocket.CloseNormalClosure)
		}
		return byeProtocol()
	}
	switch {
	case errors.Is(err, websocket.ErrReadLimit):
		return byeTooBig()
	case errors.Is(err, errBinary):
		return byeBinary()
	case errors.Is(err, errUTF8):
		return byeUTF8()
	case errors.Is(err, errFlood):
		return byeFlood()
	case timedOut(err) && welcomed:
		return byeIdle()
	case timedOut(err):
		return byeNoHello()
	case isNet(err):
		return byeLost()
	case strings.Contains(err.Error(), "utf8"): // gorilla/websocket has no name for it
		return byeUTF8()
	}
	return byeProtocol()
}

// isNet reports whether the connection failed, not what came over it.
func isNet(err error) bool {
	_, ok := errors.AsType[net.Error](err)
	return ok || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, io.ErrClosedPipe) || errors.Is(err, net.ErrClosed)
}
