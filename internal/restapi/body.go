package restapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

const maxBodyBytes = 1 << 20 // S-31

// jsonOnly reads the body, if there is one, and passes on nothing but JSON of
// at most 1 MiB: a form or text body is what a foreign page could send without
// asking first.
func jsonOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isJSON(r) {
			refuse(w, http.StatusUnsupportedMediaType, codeMediaType,
				"Bodies are JSON here. Send \"Content-Type: application/json\" without Content-Encoding.")
			return
		}
		body, err := readBody(w, r)
		if err != nil {
			refuseBody(w, err)
			return
		}
		body = bytes.TrimSpace(body)
		if len(body) > 0 && !json.Valid(body) {
			refuse(w, http.StatusBadRequest, codeInvalid, "The body is not one JSON value.")
			return
		}
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		next.ServeHTTP(w, r)
	})
}

// needsBody refuses a call that comes without a body, and tells what to send.
func needsBody(op huma.Operation, whatToSend string) huma.Operation {
	op.Middlewares = append(op.Middlewares, func(ctx huma.Context, next func(huma.Context)) {
		r, w := humago.Unwrap(ctx)
		if r.ContentLength == 0 {
			refuse(w, http.StatusUnprocessableEntity, codeInvalid, whatToSend)
			return
		}
		next(ctx)
	})
	return op
}

// isJSON judges by the headers. Without a body no type is needed, but a wrong
// one is still refused.
func isJSON(r *http.Request) bool {
	if r.Header.Get("Content-Encoding") != "" {
		return false
	}
	types := r.Header.Values("Content-Type")
	if len(types) == 0 {
		return r.ContentLength == 0
	}
	kind, params, err := mime.ParseMediaType(types[0])
	charset := params["charset"]
	return err == nil && len(types) == 1 && kind == "application/json" &&
		(charset == "" || strings.EqualFold(charset, "utf-8"))
}

func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.ContentLength > maxBodyBytes {
		return nil, &http.MaxBytesError{Limit: maxBodyBytes}
	}
	return io.ReadAll(http.MaxBytesReader(w, r.Body, maxBodyBytes))
}

func refuseBody(w http.ResponseWriter, err error) {
	w.Header().Set("Connection", "close") // the rest of the body is not read
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		refuse(w, http.StatusRequestEntityTooLarge, codeTooLarge, "The body is larger than 1 MiB. Send less at once.")
		return
	}
	if late, ok := errors.AsType[net.Error](err); ok && late.Timeout() {
		refuse(w, http.StatusRequestTimeout, codeTimeout, "The body took longer than 10 s to arrive. Send it again.")
		return
	}
	refuse(w, http.StatusBadRequest, codeInvalid, "The body ended early. Send it again.")
}
