; The installer for an office PC: per user, no administrator, no network, in Chinese.
;   makensis -INPUTCHARSET UTF8 -DVERSION=0.1.0 -DFOLDER=/absolute/dist/huifang -DOUT=/absolute/setup.exe packaging/installer.nsi
; Upgrades in place. The records lie elsewhere (%LOCALAPPDATA%\huifang) and are never touched, not on
; uninstalling either.
Unicode true
Target amd64-unicode
!include "MUI2.nsh"
!include "WinVer.nsh"
!include "x64.nsh"
!include "FileFunc.nsh"

!define NAME "回访关爱"
!define KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\huifang"

Name "${NAME}"
OutFile "${OUT}"
RequestExecutionLevel user
InstallDir "$LOCALAPPDATA\Programs\huifang"
InstallDirRegKey HKCU "${KEY}" "InstallLocation"
SetCompressor /SOLID lzma
SetCompressorDictSize 64
ManifestDPIAware true
BrandingText "${NAME} ${VERSION}"
VIProductVersion "${VERSION}.0"
VIAddVersionKey /LANG=2052 "ProductName" "${NAME}"
VIAddVersionKey /LANG=2052 "FileDescription" "${NAME} 安装程序"
VIAddVersionKey /LANG=2052 "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=2052 "ProductVersion" "${VERSION}"
VIAddVersionKey /LANG=2052 "LegalCopyright" "第三方软件的许可见安装文件夹中的 licenses"

!define MUI_ICON "huifang.ico" ; makensis works in the folder of this script
!define MUI_UNICON "huifang.ico" ; makensis works in the folder of this script
!define MUI_ABORTWARNING
!define MUI_WELCOMEPAGE_TITLE "安装${NAME} ${VERSION}"
!define MUI_WELCOMEPAGE_TEXT "${NAME}安装在本用户的文件夹里，不需要管理员权限，也不需要网络。$\r$\n$\r$\n已装有旧版时，本程序就地升级；业务数据不在安装文件夹里，不会改动。首次打开新版时在副本上升级并核对，原来的文件留存。$\r$\n$\r$\n请先关闭正在运行的${NAME}。"
!define MUI_FINISHPAGE_RUN "$INSTDIR\huifang.exe"
!define MUI_FINISHPAGE_RUN_TEXT "打开${NAME}"
!define MUI_UNCONFIRMPAGE_TEXT_TOP "将卸载${NAME}。业务数据（%LOCALAPPDATA%\huifang）和备份都保留。"
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "SimpChinese"

; A running program holds its own file: opening it for writing fails. ${MODE} is "" or "un.".
!macro STOP_WHILE_RUNNING MODE
Function ${MODE}StopWhileRunning
  again:
  IfFileExists "$INSTDIR\huifang.exe" 0 free
  ClearErrors
  FileOpen $0 "$INSTDIR\huifang.exe" a
  IfErrors busy
  FileClose $0
  Goto free
  busy:
  MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "${NAME}正在运行。请保存并关闭后重试。" /SD IDCANCEL IDRETRY again
  SetErrorLevel 3
  Quit
  free:
FunctionEnd
!macroend
!insertmacro STOP_WHILE_RUNNING ""
!insertmacro STOP_WHILE_RUNNING "un."

Function .onInit
  SetRegView 64
  ${IfNot} ${RunningX64}
    MessageBox MB_OK|MB_ICONSTOP "${NAME}需要 64 位的 Windows 10（1809 或更高版本）或 Windows 11，这台电脑是 32 位系统，没有安装。" /SD IDOK
    SetErrorLevel 4
    Quit
  ${EndIf}
  ${IfNot} ${AtLeastWin10}
  ${OrIfNot} ${AtLeastBuild} 17763
    MessageBox MB_OK|MB_ICONSTOP "${NAME}需要 Windows 10（1809 或更高版本）或 Windows 11，这台电脑的系统较旧，没有安装。" /SD IDOK
    SetErrorLevel 4
    Quit
  ${EndIf}
FunctionEnd

Section
  SetRegView 64
  Call StopWhileRunning
  ; Only what an earlier version of this program put here: somebody may have chosen a folder with other things.
  RMDir /r "$INSTDIR\_internal"
  RMDir /r "$INSTDIR\licenses"
  SetOutPath "$INSTDIR"
  ClearErrors
  File /r "${FOLDER}/*"
  IfErrors 0 written
  MessageBox MB_OK|MB_ICONSTOP "写入安装文件夹失败。请检查磁盘空间、权限和杀毒软件的拦截，然后重新安装。业务数据没有改动。" /SD IDOK
  SetErrorLevel 5
  Quit
  written:
  WriteUninstaller "$INSTDIR\卸载.exe"
  CreateDirectory "$SMPROGRAMS\${NAME}"
  CreateShortCut "$SMPROGRAMS\${NAME}\${NAME}.lnk" "$INSTDIR\huifang.exe"
  CreateShortCut "$SMPROGRAMS\${NAME}\卸载${NAME}.lnk" "$INSTDIR\卸载.exe"
  CreateShortCut "$DESKTOP\${NAME}.lnk" "$INSTDIR\huifang.exe"
  WriteRegStr HKCU "${KEY}" "DisplayName" "${NAME}"
  WriteRegStr HKCU "${KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${KEY}" "DisplayIcon" "$INSTDIR\huifang.exe"
  WriteRegStr HKCU "${KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${KEY}" "UninstallString" '"$INSTDIR\卸载.exe"'
  WriteRegStr HKCU "${KEY}" "QuietUninstallString" '"$INSTDIR\卸载.exe" /S'
  WriteRegDWORD HKCU "${KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${KEY}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD HKCU "${KEY}" "EstimatedSize" $0
SectionEnd

Section "Uninstall"
  SetRegView 64
  Call un.StopWhileRunning
  RMDir /r "$INSTDIR\_internal"
  RMDir /r "$INSTDIR\licenses"
  Delete "$INSTDIR\huifang.exe"
  Delete "$INSTDIR\huifang-cmd.exe"
  Delete "$INSTDIR\sbom.cdx.json"
  Delete "$INSTDIR\SHA256SUMS"
  Delete "$INSTDIR\卸载.exe"
  RMDir "$INSTDIR" ; only if nothing else lies there
  Delete "$SMPROGRAMS\${NAME}\${NAME}.lnk"
  Delete "$SMPROGRAMS\${NAME}\卸载${NAME}.lnk"
  RMDir "$SMPROGRAMS\${NAME}"
  Delete "$DESKTOP\${NAME}.lnk"
  DeleteRegKey HKCU "${KEY}"
SectionEnd
