package app

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"oura-streaming/internal/oura"
)

func TestS44_PolicyIsOnEveryAnswer(t *testing.T) {
	page := contentSecurity(http.FileServer(http.Dir(t.TempDir())))
	for _, path := range []string{"/", "/missing.js", "/%2e%2e/etc/passwd"} {
		w := httptest.NewRecorder()
		page.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
		if got := w.Header().Get("Content-Security-Policy"); got != contentPolicy {
			t.Errorf("GET %s (%d): policy %q", path, w.Code, got)
		}
	}
	for _, part := range []string{"default-src 'none'", "script-src 'self';", "frame-src 'none'", "object-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"} {
		if !strings.Contains(contentPolicy+";", part) {
			t.Errorf("the policy lacks %s", part)
		}
	}
	tested, err := os.ReadFile(filepath.Join("..", "frontend", "e2e", "setup.ts"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(tested), contentPolicy) {
		t.Error("the browser tests run under another policy than the program's")
	}
}

func TestS45_BoundMethodsAreTheApprovedOnes(t *testing.T) {
	approved := []string{
		"ConnectionAPI.CheckAddress", "ConnectionAPI.Delete", "ConnectionAPI.DeleteOurs", "ConnectionAPI.Deliveries", "ConnectionAPI.Delivery",
		"ConnectionAPI.ForgetNgrokToken", "ConnectionAPI.Get", "ConnectionAPI.Reconcile", "ConnectionAPI.Refetch", "ConnectionAPI.Renew",
		"ConnectionAPI.SaveAddress", "ConnectionAPI.SaveMode", "ConnectionAPI.SaveTypes", "ConnectionAPI.SignOut",
		"DataAPI.BackUp", "DataAPI.ClearEvents", "DataAPI.Contacts", "DataAPI.DeleteAll", "DataAPI.Get", "DataAPI.InspectBackup", "DataAPI.MakeToken", "DataAPI.OpenDocs",
		"DataAPI.OpenFolder", "DataAPI.PreviewRetention", "DataAPI.RemoveBackup", "DataAPI.Restore", "DataAPI.RevokeToken", "DataAPI.SaveRetention",
		"DataAPI.SetBackups",
		"DiagnosticsAPI.Look", "DiagnosticsAPI.Save",
		"EventsAPI.Count", "EventsAPI.Get", "EventsAPI.List", "EventsAPI.Outline", "EventsAPI.Revisions", "EventsAPI.Types",
		"ExportAPI.Cancel", "ExportAPI.ChooseFolder", "ExportAPI.Contents", "ExportAPI.Estimate", "ExportAPI.Get", "ExportAPI.Preview",
		"ExportAPI.Reveal", "ExportAPI.SaveSchedule", "ExportAPI.Start",
		"HealthAPI.Day", "HealthAPI.Metrics", "HealthAPI.Night", "HealthAPI.SavePicture", "HealthAPI.SaveTrend", "HealthAPI.Trend",
		"NoticesAPI.Get", "NoticesAPI.Read", "NoticesAPI.SaveSleep", "NoticesAPI.SaveTypes", "NoticesAPI.SaveValues", "NoticesAPI.Test",
		"SettingsAPI.DropDeletion", "SettingsAPI.Get", "SettingsAPI.NoteLook", "SettingsAPI.PlanDeletion", "SettingsAPI.SaveFilters", "SettingsAPI.SetClosing", "SettingsAPI.SetLogin", "SettingsAPI.SetTheme", "SettingsAPI.Start", "SettingsAPI.Tray",
		"SetupAPI.BeginSignIn", "SetupAPI.CancelSignIn", "SetupAPI.Finish", "SetupAPI.Get", "SetupAPI.LeaveDemo", "SetupAPI.OpenPortal",
		"SetupAPI.SaveClient", "SetupAPI.SaveRedirect", "SetupAPI.SetStep", "SetupAPI.StartDemo",
		"StatusAPI.Retry", "StatusAPI.Snapshot",
		"SyncAPI.CancelJob", "SyncAPI.Cell", "SyncAPI.Coverage", "SyncAPI.Fill", "SyncAPI.Get", "SyncAPI.Pause", "SyncAPI.Resume",
		"SyncAPI.ResumeJob", "SyncAPI.SyncNow",
		"UpdateAPI.Get", "UpdateAPI.OpenPage", "UpdateAPI.PutAway", "UpdateAPI.Switch",
	}
	var bound []string
	for _, api := range (&backend{}).bound() {
		typ := reflect.TypeOf(api)
		for m := range typ.Methods() {
			bound = append(bound, typ.Elem().Name()+"."+m.Name)
		}
	}
	slices.Sort(bound)
	if !slices.Equal(bound, approved) {
		t.Errorf("bound methods are\n%v\napproved are\n%v", bound, approved)
	}
}

func TestS46_OnlyOurasPagesLeaveTheWindow(t *testing.T) {
	var opened []string
	browse := func(_ context.Context, address string) error {
		opened = append(opened, address)
		return nil
	}
	for _, address := range []string{
		"smb://host/share", "file:///etc/passwd", "javascript:alert(1)", "data:text/html,x", "http://developer.ouraring.com/",
		"https://evil.example/", "https://developer.ouraring.com.evil.example/", "https://user@developer.ouraring.com/",
		"https://developer.ouraring.com:8443/", "//developer.ouraring.com/", "", "https://",
	} {
		if err := openExternal(t.Context(), browse, address); oura.CodeOf(err) != oura.CodeInvalid {
			t.Errorf("%q: %v, want it refused", address, err)
		}
	}
	if len(opened) != 0 {
		t.Errorf("opened %v", opened)
	}
	if err := openExternal(t.Context(), browse, portalURL); err != nil || !slices.Equal(opened, []string{portalURL}) {
		t.Errorf("Oura's own page: %v, opened %v", err, opened)
	}
	none := func(context.Context, string) error { return errors.New("no browser") }
	if err := openExternal(t.Context(), none, portalURL); oura.CodeOf(err) != oura.CodeNoBrowser || !strings.Contains(oura.MessageOf(err), portalURL) {
		t.Errorf("without a browser: %v, want the address to copy", err)
	}
}

func TestS46_OnlyAPageOfAReleaseIsOpenedElsewhere(t *testing.T) {
	const page = "https://github.com/someone/oura-streaming/releases/tag/v1.3.0"
	var opened []string
	browse := func(_ context.Context, address string) error {
		opened = append(opened, address)
		return nil
	}
	for _, address := range []string{"", "https://github.com/", "https://github.com/someone/else", "https://github.com.evil.example/a/b/releases/tag/v1", "http://github.com/a/b/releases/tag/v1", portalURL} {
		if err := openRelease(t.Context(), browse, address); oura.CodeOf(err) != oura.CodeInvalid {
			t.Errorf("%q: %v, want it refused", address, err)
		}
	}
	if err := openExternal(t.Context(), browse, page); oura.CodeOf(err) != oura.CodeInvalid {
		t.Errorf("as one of Oura's pages: %v, want it refused", err)
	}
	if err := openRelease(t.Context(), browse, page); err != nil || !slices.Equal(opened, []string{page}) {
		t.Errorf("the page of a release: %v, opened %v", err, opened)
	}
}

func TestS48_AReleaseHasNoTestSeams(t *testing.T) {
	opt := wailsOptions(newBackend(t.Context(), Options{}), Options{})
	if opt.Debug.OpenInspectorOnStartup || opt.EnableDefaultContextMenu || opt.BindingsAllowedOrigins != "" {
		t.Error("the window offers inspector, context menu or bindings to other origins")
	}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && slices.Contains([]string{"node_modules", ".git", "frontend", "bin", "build"}, d.Name()) {
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(path)
		if strings.Contains(string(text), "OURA_STREAMING_TEST_") && !strings.HasPrefix(string(text), "//go:build testhosts\n") {
			t.Errorf("%s names a test host's variable in a release build", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestErrorsCrossAsText(t *testing.T) {
	for _, err := range []error{
		&oura.Error{Code: oura.CodeInvalid, Message: `say "what" to do`},
		errors.New("inner detail with a path /root"),
	} {
		text, ok := formatError(err).(string)
		var view struct{ Code, Message string }
		if !ok || json.Unmarshal([]byte(text), &view) != nil || view.Code != string(oura.CodeOf(err)) || view.Message != oura.MessageOf(err) {
			t.Errorf("%v crosses as %v", err, text)
		}
		if strings.Contains(text, "/root") {
			t.Errorf("an inner detail crosses: %s", text)
		}
	}
}

func TestSummary_UnknownIsNeverZero(t *testing.T) {
	for _, tc := range []struct {
		dt   oura.DataType
		op   oura.Operation
		data string
		want string
	}{
		{oura.DailySleep, oura.Create, `{"score":82}`, "Score 82"},
		{oura.DailySleep, oura.Create, `{"score":null}`, ""},
		{oura.DailyActivity, oura.Update, `{"score":null,"steps":4210}`, "4210 steps"},
		{oura.DailySpO2, oura.Create, `{"spo2_percentage":null}`, ""},
		{oura.DailySpO2, oura.Create, `{"spo2_percentage":{"average":null}}`, ""},
		{oura.Sleep, oura.Create, `{"type":"long_sleep","total_sleep_duration":25260}`, "Long sleep, 7 h 01 min"},
		{oura.Sleep, oura.Create, `{"type":null,"total_sleep_duration":null}`, ""},
		{oura.VO2Max, oura.Create, `{"vo2_max":42.5}`, "42.5 ml/kg/min"},
		{oura.Tag, oura.Create, `{"tags":["tag_generic_stress","tag_sleep_aid"]}`, "Stress, sleep aid"},
		{oura.EnhancedTag, oura.Create, `{"tag_type_code":"custom","custom_name":"Sauna"}`, "Sauna"},
		{oura.RestModePeriod, oura.Create, `{"start_day":"2026-08-14","end_day":null}`, "2026-08-14, still on"},
		{oura.HeartRate, oura.Create, `{"from":"2026-11-22T06:00:00Z","to":"2026-11-22T06:10:00Z","count":3,"min":51,"max":64.5}`, "3 values, 51 to 64 bpm"},
		{oura.RingBatteryLevel, oura.Create, `{"count":2}`, "2 values"},
		{oura.Sleep, oura.Delete, ``, "Deleted at Oura"},
		{oura.Sleep, oura.Create, `["a shape nobody knows"]`, ""},
		{"new_type", oura.Create, `{"score":1}`, ""},
	} {
		if got := summary(oura.Event{DataType: tc.dt, EventType: tc.op, Data: json.RawMessage(tc.data)}); got != tc.want {
			t.Errorf("%s %s %s: %q, want %q", tc.op, tc.dt, tc.data, got, tc.want)
		}
	}
}
