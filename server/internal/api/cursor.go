package api

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"net/http"
)

const (
	numberBytes = 8
	macBytes    = 16
)

// cursor is a position in a partner's feed: the number, and a signature that
// holds for this partner and this history only.
func (a *API) cursor(partner string, n int64) string {
	raw := binary.BigEndian.AppendUint64(nil, uint64(n))
	return base64.RawURLEncoding.EncodeToString(append(raw, a.signature(partner, raw)...))
}

// FeedCursor is a position in a partner's feed, for what tells of it elsewhere.
func (a *API) FeedCursor(partner string, n int64) string { return a.cursor(partner, n) }

// position is the way back; a cursor that was not given to the partner is
// errCursor.
func (a *API) position(partner, cursor string) (int64, error) {
	if cursor == "" {
		return 0, nil
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil || len(raw) != numberBytes+macBytes || !hmac.Equal(raw[numberBytes:], a.signature(partner, raw[:numberBytes])) {
		return 0, errCursor
	}
	return int64(binary.BigEndian.Uint64(raw)), nil
}

func (a *API) signature(partner string, number []byte) []byte {
	mac := hmac.New(sha256.New, a.sign)
	_, _ = mac.Write(number)
	_, _ = mac.Write([]byte("feed " + partner))
	return mac.Sum(nil)[:macBytes]
}

// detached is a short time of its own, for what must be done although the
// client has gone.
func detached(r *http.Request) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(r.Context()), requestMax)
}
