using CloudPos.Terminal.Cli;

return await VerbRunner.Run(
    args, Environment.CurrentDirectory, Console.Out, Console.Error, TimeProvider.System);
