using CloudPos.Local;

return await LocalCommandLine.Build().Parse(args).InvokeAsync();
