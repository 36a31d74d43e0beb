package webhook

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"usher/server/internal/store"
)

const (
	// secretBytes is within the 24 to 64 that Standard Webhooks demands.
	secretBytes = 32
	// KeepSecret is how long a secret that was replaced still signs.
	KeepSecret = 24 * time.Hour
)

// NewSecret makes a secret.
func NewSecret() []byte {
	secret := make([]byte, secretBytes)
	_, _ = rand.Read(secret) // never fails
	return secret
}

// ShowSecret is a secret as it is shown once and pasted into verifiers.
func ShowSecret(secret []byte) string {
	return "whsec_" + base64.StdEncoding.EncodeToString(secret)
}

// sign sets the three headers of Standard Webhooks: one signature for each
// secret that is valid at this moment.
func sign(h http.Header, w *store.Webhook, id string, at time.Time, body []byte) {
	secrets := [][]byte{w.Secret}
	if len(w.OldSecret) > 0 && at.Before(w.OldUntil) {
		secrets = append(secrets, w.OldSecret)
	}
	signatures := make([]string, len(secrets))
	for i, secret := range secrets {
		signer, _ := standardwebhooks.NewWebhookRaw(secret) // never fails
		signatures[i], _ = signer.Sign(id, at, body)
	}
	h.Set(standardwebhooks.HeaderWebhookID, id)
	h.Set(standardwebhooks.HeaderWebhookTimestamp, strconv.FormatInt(at.Unix(), 10))
	h.Set(standardwebhooks.HeaderWebhookSignature, strings.Join(signatures, " "))
}
