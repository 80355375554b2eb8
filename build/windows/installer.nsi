; The installer for Windows: for this user alone, without asking for more rights.
;   makensis -DVERSION=… -DNUMBER=1.2.3.0 -DEXE=… -DLICENSE=… -DICON=… -DOUT=… build/windows/installer.nsi
Unicode true
ManifestDPIAware true
RequestExecutionLevel user
SetCompressor /SOLID lzma
SetDateSave off

!include "MUI2.nsh"
!include "LogicLib.nsh"

!define NAME "Oura Streaming"
!define KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\OuraStreaming"

Name "${NAME}"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\Oura Streaming"
InstallDirRegKey HKCU "${KEY}" "InstallLocation"
BrandingText "${NAME} ${VERSION}"

VIProductVersion "${NUMBER}"
VIAddVersionKey "ProductName" "${NAME}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "${NAME} installer"
VIAddVersionKey "LegalCopyright" "© 2026 The Oura Streaming authors. MIT License."

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING
!define MUI_FINISHPAGE_RUN "$INSTDIR\oura-streaming.exe"
!define MUI_FINISHPAGE_RUN_TEXT "Open ${NAME}"
!define MUI_UNCONFIRMPAGE_TEXT_TOP "This removes the program. Your data stays where it is, in $LOCALAPPDATA\oura-streaming: delete everything in the program's Settings first if you want it gone too."

!insertmacro MUI_PAGE_LICENSE "${LICENSE}"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

; A running program cannot be written over. Its file opens for writing once it has ended.
!macro WaitForEnd un
Function ${un}WaitForEnd
  again:
  IfFileExists "$INSTDIR\oura-streaming.exe" 0 done
  ClearErrors
  FileOpen $0 "$INSTDIR\oura-streaming.exe" a
  ${If} ${Errors}
    MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "${NAME} is running. Quit it from its icon in the notification area or from its menu, then try again." /SD IDCANCEL IDRETRY again
    Abort
  ${EndIf}
  FileClose $0
  done:
FunctionEnd
!macroend
!insertmacro WaitForEnd ""
!insertmacro WaitForEnd "un."

Section "Install"
  Call WaitForEnd
  SetOutPath "$INSTDIR"
  File "/oname=oura-streaming.exe" "${EXE}"
  File "/oname=LICENSE.txt" "${LICENSE}"
  File "/oname=THIRD-PARTY.txt" "${THIRDPARTY}"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\${NAME}.lnk" "$INSTDIR\oura-streaming.exe"
  WriteRegStr HKCU "${KEY}" "DisplayName" "${NAME}"
  WriteRegStr HKCU "${KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${KEY}" "Publisher" "The Oura Streaming authors"
  WriteRegStr HKCU "${KEY}" "DisplayIcon" "$INSTDIR\oura-streaming.exe"
  WriteRegStr HKCU "${KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${KEY}" "NoRepair" 1
SectionEnd

; Only what was installed goes, by name: the folder may be one with other things in it.
Section "Uninstall"
  Call un.WaitForEnd
  Delete "$INSTDIR\oura-streaming.exe"
  Delete "$INSTDIR\LICENSE.txt"
  Delete "$INSTDIR\THIRD-PARTY.txt"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\${NAME}.lnk"
  DeleteRegKey HKCU "${KEY}"
  DeleteRegValue HKCU "Software\Microsoft\Windows\CurrentVersion\Run" "oura-streaming" ; as app/start.go names it
  DeleteRegValue HKCU "Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run" "oura-streaming"
SectionEnd
