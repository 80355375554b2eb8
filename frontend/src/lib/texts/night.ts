/** The words of the screen Night. */
export const night = {
  title: 'Night',
  chart: {
    title: 'Stages, heart rate and HRV',
    table: 'Table',
    from: 'From',
    to: 'To',
    stage: 'Stage',
    stages: { awake: 'Awake', rem: 'REM', light: 'Light', deep: 'Deep' },
  },
};
