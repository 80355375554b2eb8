//go:build linux && (desktop || dev) && !bindings

package app

/*
#cgo pkg-config: gtk+-3.0
#include <gtk/gtk.h>
#include <stdlib.h>

static GdkRGBA ground;

// on_realize has the display fill the first window of the program until the toolkit
// draws into it, and is not called again.
static gboolean on_realize(GSignalInvocationHint *hint, guint n, const GValue *of, gpointer unused) {
	GtkWidget *widget = g_value_get_object(of);
	if (!GTK_IS_WINDOW(widget) || gtk_window_get_window_type(GTK_WINDOW(widget)) != GTK_WINDOW_TOPLEVEL) return TRUE;
	G_GNUC_BEGIN_IGNORE_DEPRECATIONS
	gdk_window_set_background_rgba(gtk_widget_get_window(widget), &ground);
	G_GNUC_END_IGNORE_DEPRECATIONS
	return FALSE;
}

static int paint_windows(const char *css, const char *colour) {
	if (!gtk_init_check(NULL, NULL)) return 0;
	if (gdk_rgba_parse(&ground, colour)) {
		g_type_class_ref(GTK_TYPE_WIDGET); // who looks the signal up first finds none
		g_signal_add_emission_hook(g_signal_lookup("realize", GTK_TYPE_WIDGET), 0, on_realize, NULL, NULL);
	}
	GtkCssProvider *provider = gtk_css_provider_new();
	gtk_css_provider_load_from_data(provider, css, -1, NULL);
	gtk_style_context_add_provider_for_screen(gdk_screen_get_default(), GTK_STYLE_PROVIDER(provider), GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
	g_object_unref(provider);
	return 1;
}

static void largest_screen(int *width, int *height) {
	GdkDisplay *display = gdk_display_get_default();
	for (int i = 0; display != NULL && i < gdk_display_get_n_monitors(display); i++) {
		GdkRectangle at;
		gdk_monitor_get_workarea(gdk_display_get_monitor(display, i), &at);
		if (at.width * at.height > *width * *height) { *width = at.width; *height = at.height; }
	}
}
*/
import "C"

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"unsafe"

	"github.com/wailsapp/wails/v2/pkg/options"
)

// paintWindows gives windows of the toolkit that colour from their first moment on
// the screen. The framework paints what lies inside, which comes some pictures
// later. Dialogs and menus keep their own. The toolkit starts here and must go on
// where it started, so the caller's goroutine stays on its thread. It reports whether
// the toolkit found a display, without which the framework would panic.
func paintWindows(c *options.RGBA) (ok bool) {
	runtime.LockOSThread()
	if os.Getenv("GDK_BACKEND") == "" && slices.Contains([]string{"", "unspecified", "x11"}, os.Getenv("XDG_SESSION_TYPE")) {
		_ = os.Setenv("GDK_BACKEND", "x11") // as the framework will; a valid name cannot be refused
	}
	colour := fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B)
	css, ground := C.CString("window.background:not(.popup) { background-color: "+colour+"; }"), C.CString(colour)
	defer C.free(unsafe.Pointer(css))
	defer C.free(unsafe.Pointer(ground))
	return C.paint_windows(css, ground) != 0
}

// largestScreen is what a window can fill at most, zero where that is not known. It
// comes after paintWindows.
func largestScreen() screen {
	var width, height C.int
	C.largest_screen(&width, &height)
	return screen{int(width), int(height)}
}
